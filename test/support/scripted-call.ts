import type { Call, EndedCall, Participant } from '../../src/rtc/call.ts';
import type { ScriptedElement } from './scripted-element.ts';
import { idOf } from './scripted-room.ts';
import { drawn, until } from './stage.ts';

/** Somebody in a call, or asked to come. */
export function participant(name: string, change: Partial<Participant> = {}): Participant {
  return {
    id: idOf(name),
    answer: 'in',
    lost: false,
    media: { audio: true, video: false },
    streams: null,
    level: () => 0,
    quality: null,
    held: false,
    ...change,
  };
}

/** A call as a room would tell of it: of everybody, with nothing sent by us, unless `change` says more. */
export function callOf(state: Call['state'], change: Partial<Call> = {}): Call {
  return {
    id: 'call-1',
    state,
    private: false,
    from: null,
    offers: null,
    since: state === 'active' ? new Date() : null,
    participants: [],
    own: null,
    ...change,
  };
}

/** Bo rings. */
export function ringOf(video = true, change: Partial<Call> = {}): Call {
  return callOf('ringing', { from: idOf('Bo'), offers: { audio: true, video }, ...change });
}

export function endOf(why: EndedCall['why'], change: Partial<EndedCall> = {}): EndedCall {
  const nobody = { from: null, missed: false, answers: new Map() };
  return { id: 'call-1', private: false, video: true, why, ...nobody, ...change };
}

/** The room says that there can be calls; fulfils when what draws them is there. */
export async function callable(element: ScriptedElement): Promise<void> {
  const { adoptedStyleSheets } = element.shadowRoot!;
  const { length } = adoptedStyleSheets;
  element.room$.setCall(null);
  await until(() => adoptedStyleSheets.length > length);
  await drawn(element);
}
