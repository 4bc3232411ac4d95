import type { InputState } from './call.ts';
import { chosenBefore, type ChosenDevice, findChosen, rememberChoice } from './device-choice.ts';
import { devicesOf } from './device-list.ts';
import { type Facing, type InputWish, openInput } from './input-opening.ts';
import { type Input, isAbsent, type MediaFault, mediaFaultOf } from './media-fault.ts';

export interface InputSourceHandlers {
  /** What is to be sent from now on. */
  track(input: Input, track: MediaStreamTrack | null): void;
  changed(): void;
  failed(fault: MediaFault): void;
}

type Opener = (input: Input) => Promise<MediaStreamTrack>;

/** A device that is lost as soon as it is opened is opened so many times, until one is plugged in or out. */
const MAX_LOSSES = 3;

/**
 * A person's microphone or camera: what they want of it, which one they have chosen, and the track that there is. A
 * microphone that is muted keeps its track, so that it is back at once; a camera that is off is released, so that its
 * light goes out. One that is pulled out is replaced by another, and comes back when it returns; whether it is muted
 * stays. Closed by its call.
 */
export class InputSource {
  track: MediaStreamTrack | null = null;
  /** Why it does not work, or why another one could not be had; null while all is well. */
  fault: MediaFault | null = null;
  readonly #input: Input;
  readonly #handlers: InputSourceHandlers;
  /** A call is begun with it: it counts as wanted, and for the others as on, until it is or is known not to work. */
  expected = false;
  #wanted = false;
  #wish: InputWish;
  /** Being opened, which takes as long as the person looks at the browser's question. */
  #opening: { readonly wish: InputWish; readonly done: Promise<void> } | null = null;
  #losses = 0;
  #closed = false;

  constructor(input: Input, handlers: InputSourceHandlers) {
    this.#input = input;
    this.#handlers = handlers;
    this.#wish = { chosen: chosenBefore(input), facing: null };
  }

  /** On, as the person wants it and as it works. */
  get on(): boolean {
    return this.#wanted && this.track !== null;
  }

  /** Neither there nor being opened. */
  get idle(): boolean {
    return this.track === null && this.#opening === null;
  }

  get state(): InputState {
    const { on, track, fault } = this;
    // The one that is being opened, else the one in use, else the one that was chosen.
    const used = this.#opening?.wish.chosen?.id ?? track?.getSettings().deviceId;
    const deviceId = used ?? this.#wish.chosen?.id ?? null;
    const wanted = this.expected || (this.#wanted && !this.idle);
    return { on, wanted, track, deviceId, fault };
  }

  get wish(): InputWish {
    return this.#wish;
  }

  get facing(): Facing | null {
    const facing = this.track?.getSettings().facingMode;
    return facing === 'user' || facing === 'environment' ? facing : null;
  }

  /** Fulfils when it is on or off, or is known not to work. `open` is the way to open it, where that is another one. */
  async set(on: boolean, open?: Opener): Promise<void> {
    if (this.#closed) return;
    this.#wanted = on;
    this.expected &&= on;
    this.#losses = 0;
    if (this.track && this.#input === 'microphone') this.track.enabled = on;
    else if (!on) this.#drop();
    else if (!this.track) return this.#open(this.#wish, open);
    if (!on) this.fault = null;
    this.#handlers.changed();
  }

  /** Another one, and the next time as well. Where it does not work, the former goes on. */
  async choose(device: ChosenDevice): Promise<void> {
    const wish = { chosen: device, facing: null };
    if (!this.track && !this.#wanted) this.#wish = wish;
    else await this.#open(wish);
    if (this.#wish === wish) rememberChoice(this.#input, device);
  }

  /** From the camera that looks at the person to the one that looks away, or back. */
  async flip(): Promise<void> {
    const facing = this.facing === 'environment' ? 'user' : 'environment';
    if (this.track) await this.#open({ chosen: null, facing });
  }

  /** Something was plugged in or out. */
  async plugged(all: readonly MediaDeviceInfo[]): Promise<void> {
    this.#losses = 0;
    if (this.#opening) return;
    const devices = devicesOf(this.#input, all);
    if (!this.track) {
      if (this.#wanted && isAbsent(this.fault) && devices.length) await this.#open(this.#wish);
      return;
    }
    const { deviceId, groupId } = this.track.getSettings();
    const chosen = findChosen(this.#wish.chosen, devices);
    if (chosen && chosen.deviceId !== deviceId)
      await this.#open({ chosen: { id: chosen.deviceId, label: chosen.label }, facing: null });
    else if (deviceId === 'default') {
      // The system's own choice has become another one; the track goes on with the former.
      const now = devices.find((device) => device.deviceId === deviceId);
      if (now && groupId && now.groupId !== groupId) await this.#open(this.#wish);
    }
  }

  close(): void {
    this.#wanted = false;
    this.#closed = true;
    this.#drop();
  }

  /** The same again while it is being opened is one question to the person. */
  #open(wish: InputWish, open: Opener = (input) => openInput(input, wish)): Promise<void> {
    if (this.#opening?.wish === wish) return this.#opening.done;
    const opening = { wish, done: Promise.resolve() };
    this.#opening = opening;
    this.fault = null;
    opening.done = this.#take(opening, open);
    this.#handlers.changed();
    return opening.done;
  }

  async #take(opening: { readonly wish: InputWish }, open: Opener): Promise<void> {
    const { wish } = opening;
    const { track, fault } = await this.#attempt(wish, open);
    // Another one was chosen meanwhile, or the call is over.
    if (opening !== this.#opening || this.#closed) return track?.stop();
    this.#opening = null;
    this.expected = false;
    if (track && this.#input === 'camera' && !this.#wanted) track.stop();
    else if (track) this.#use(track);
    else if (this.track?.readyState === 'ended') this.#drop();
    if (!fault || !this.track) this.#wish = wish;
    if (fault) this.#fail(fault);
    this.#handlers.changed();
  }

  async #attempt(
    wish: InputWish,
    open: Opener,
  ): Promise<{ track: MediaStreamTrack | null; fault: MediaFault | null }> {
    const former = this.track;
    const id = former?.getSettings().deviceId;
    // Phones have one camera open at a time, and not all of them say so: some give a black picture.
    const alone = this.facing !== null;
    if (former && alone) quieten(former);
    try {
      return { track: await open(this.#input), fault: null };
    } catch (cause) {
      const fault = mediaFaultOf(this.#input, cause);
      if (former && (alone || fault.reason === 'in-use')) {
        quieten(former);
        // Without the former this one may work, else the former comes back.
        const back = { chosen: id ? { id, label: '' } : null, facing: null };
        for (const next of alone ? [back] : [wish, back])
          try {
            const track = await openInput(this.#input, next);
            return { track, fault: next === wish ? null : fault };
          } catch {
            // The first reason is the one to tell.
          }
      }
      return { track: null, fault };
    }
  }

  #use(track: MediaStreamTrack): void {
    if (this.track) quieten(this.track);
    this.track = track;
    track.enabled = this.#input === 'camera' || this.#wanted;
    track.onended = () => this.#lost();
    this.#handlers.track(this.#input, track);
  }

  /** Pulled out, or taken by the system: another one may be there. */
  #lost(): void {
    this.#drop();
    if (++this.#losses > MAX_LOSSES) this.#fail(mediaFaultOf(this.#input, null));
    else if (!this.#opening) void this.#open(this.#wish);
    this.#handlers.changed();
  }

  #fail(fault: MediaFault): void {
    this.fault = fault;
    // A device that is plugged in later is wanted still; one that is refused is not.
    if (!this.track && !isAbsent(fault)) this.#wanted = false;
    this.#handlers.failed(fault);
  }

  #drop(): void {
    if (!this.track) return;
    quieten(this.track);
    this.track = null;
    this.#handlers.track(this.#input, null);
  }
}

export function quieten(track: MediaStreamTrack): void {
  track.onended = null;
  track.stop();
}
