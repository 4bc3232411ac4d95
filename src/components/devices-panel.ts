import { html, type LitElement, nothing, type ReactiveController, type TemplateResult } from 'lit';
import type { Call, InputState, OwnMedia } from '../rtc/call.ts';
import type { MediaFault } from '../rtc/media-fault.ts';
import type { CallActions } from './call-actions.ts';
import { callWords, type CallWords } from './call-words.ts';
import { chime } from './chime.ts';
import { ADVICE, troubleOf } from './device-fault.ts';
import { type FaultSheet, faultSheet } from './fault-sheet.ts';
import { iconButton } from './icon-button.ts';
import { MicrophoneTest } from './microphone-test.ts';
import type { Scene } from './scene.ts';

type Kind = 'camera' | 'microphone' | 'speaker';

const KINDS = { camera: 'videoinput', microphone: 'audioinput', speaker: 'audiooutput' } as const;

/** Whether this browser can play through another speaker than the system's. */
const canChooseSpeaker = (): boolean => 'setSinkId' in HTMLMediaElement.prototype;

/**
 * Which camera, microphone and speaker a call uses, with a picture and a level to try them by; and, when one of them does
 * not work, what to do. In the place of the panel of people: a sheet that takes the focus on a narrow component, a side
 * column on a wide one.
 */
export class DevicesPanel implements ReactiveController {
  readonly #host: LitElement;
  readonly #actions: CallActions;
  readonly #test: MicrophoneTest;
  /** Those of which the person has read. */
  readonly #dismissed = new WeakSet<MediaFault>();
  #preview: MediaStream | null = null;
  #shown: readonly MediaFault[] = [];
  /** It has been opened by a fault, and closes with it. */
  #byItself = false;
  #silent = false;
  #wasOpen = false;
  #before: Element | null = null;

  constructor(host: LitElement, actions: CallActions) {
    this.#host = host;
    this.#actions = actions;
    this.#test = new MicrophoneTest(host);
    host.addController(this);
  }

  hostUpdate(): void {
    if (this.#wasOpen) return;
    this.#before = (this.#host.renderRoot as ShadowRoot).activeElement;
  }

  hostUpdated(): void {
    const sheet = this.#host.renderRoot.querySelector<HTMLElement>('.sheet.devices');
    const isOpen = sheet !== null;
    // What is in use, also where a person has chosen one that could not be had.
    for (const select of sheet?.querySelectorAll('select') ?? [])
      select.value = select.dataset['chosen']!;
    if (isOpen === this.#wasOpen) return;
    this.#wasOpen = isOpen;
    // The button was inert already, if this panel had to be fetched first.
    if (sheet && !this.#byItself)
      this.#before ??= this.#host.renderRoot.querySelector('.devices-button');
    // What comes by itself takes the focus only where it covers the rest.
    if (!sheet) this.#giveBack();
    else if (!this.#byItself || sheet.matches('[role=dialog]')) sheet.focus();
  }

  #giveBack(): void {
    const { activeElement } = this.#host.renderRoot as ShadowRoot;
    if (!activeElement && this.#before?.isConnected) (this.#before as HTMLElement).focus();
    this.#before = null;
  }

  /** Whether there was something to close. */
  escape(): boolean {
    const { devicesOpen } = this.#actions;
    this.#close();
    return devicesOpen;
  }

  readonly #close = (): void => {
    this.#dismiss();
    this.#actions.showDevices(false);
  };

  #dismiss(): void {
    for (const fault of this.#shown) this.#dismissed.add(fault);
    this.#byItself = false;
  }

  /** `call`: null where we are in none. Undefined where there is nothing to show. */
  render(call: Call | null, scene: Scene): TemplateResult | undefined {
    const actions = this.#actions;
    const own = call?.own ?? null;
    // The button that opens the panel closes it, too.
    if (this.#byItself && !actions.devicesOpen) this.#dismiss();
    const trouble = own && troubleOf(own, (fault) => this.#dismissed.has(fault));
    this.#shown = trouble?.faults ?? [];
    if (trouble && !actions.devicesOpen) this.#byItself = actions.devicesOpen = true;
    else if (!own || (this.#byItself && !trouble)) this.#byItself = actions.devicesOpen = false;
    if (!call || !own || !actions.devicesOpen) {
      this.#preview = null;
      return undefined;
    }
    const words = callWords(scene.language);
    return this.#sheet(
      scene,
      trouble
        ? faultSheet(trouble, call, scene, actions, this.#close)
        : { title: words.say('devices'), body: this.#devices(own, words) },
    );
  }

  #sheet({ language, wide }: Scene, { title, body }: FaultSheet): TemplateResult {
    return html`<div
      class="scrim"
      @click=${(event: Event) => event.target === event.currentTarget && this.#close()}
    >
      <div
        class="sheet devices"
        part="devices"
        role=${wide ? 'complementary' : 'dialog'}
        aria-label=${title}
        tabindex="-1"
      >
        <div class="head">
          <h2 aria-live="polite">${title}</h2>
          ${iconButton('x', language.say('close'), this.#close)}
        </div>
        ${body}
      </div>
    </div>`;
  }

  #devices(own: OwnMedia, words: CallWords): TemplateResult {
    const { camera, microphone } = own;
    const all = own.devices.some(({ kind }) => kind === KINDS.speaker);
    return html`<div class="body">
        ${this.#picture(own, words)}
        <div class="field">
          ${this.#choice('camera', own, words)} ${faultOf(camera, words)}
          ${
            own.canFlip
              ? html`<button
                  class="text-button"
                  @click=${() => this.#actions.ask((room) => room.flipCamera())}
                >
                  ${words.say('flipCamera')}
                </button>`
              : nothing
          }
        </div>
        <div class="field">
          ${this.#choice('microphone', own, words)} ${faultOf(microphone, words)}
          ${this.#level(microphone, words)}
        </div>
        <div class="field">
          ${all && canChooseSpeaker() ? this.#choice('speaker', own, words) : nothing}
          <button class="text-button" @click=${() => this.#play(own.speaker)}>
            ${words.say('playSound')}
          </button>
          ${this.#silent ? html`<p class="error" role="alert">${words.say('notPlayed')}</p>` : nothing}
        </div>
      </div>
      <div class="actions">
        <button class="button main" @click=${this.#close}>${words.say('done')}</button>
      </div>`;
  }

  /** As in a mirror; not that of a camera that looks away. */
  #picture({ camera, facing }: OwnMedia, words: CallWords): TemplateResult {
    const track = camera.on ? camera.track : null;
    if (this.#preview?.getTracks()[0] !== track) this.#preview = track && new MediaStream([track]);
    return html`<div class="tile preview ${facing === 'environment' ? '' : 'mirrored'}">
      ${
        track
          ? html`<video
              class="call-media"
              aria-hidden="true"
              autoplay
              playsinline
              disablepictureinpicture
              .muted=${true}
              .srcObject=${this.#preview}
            ></video>`
          : html`<p class="muted">${words.say('notShown')}</p>`
      }
    </div>`;
  }

  #choice(kind: Kind, own: OwnMedia, words: CallWords): TemplateResult {
    const chosen = kind === 'speaker' ? own.speaker : own[kind].deviceId;
    const found = own.devices.filter((device) => device.kind === KINDS[kind]);
    const options = found.map(({ deviceId, label }) => ({
      id: deviceId,
      name: deviceId === 'default' || !label ? words.say('systemDefault') : label,
    }));
    const known = options.some(({ id }) => id === chosen);
    // The system's own choice is one too, where the browser does not list it.
    if (!known && (kind !== 'speaker' || !options.some(({ id }) => id === 'default')))
      options.unshift({ id: chosen ?? '', name: words.say('systemDefault') });
    const id = `devices-${kind}`;
    return html`<label for=${id}>${words.say(`the-${kind}`)}</label> ${
        found.length === 0
          ? html`<p class="small muted" id=${id}>${words.say('chooseLater')}</p>`
          : html`<select
              id=${id}
              data-chosen=${known ? chosen : options[0]!.id}
              @change=${({ target }: Event) =>
                this.#actions.ask((room) =>
                  room.chooseDevice(kind, (target as HTMLSelectElement).value),
                )}
            >
              ${options.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
            </select>`
      }`;
  }

  #level({ on, track }: InputState, words: CallWords): TemplateResult | typeof nothing {
    this.#test.track = track;
    if (!track) return nothing;
    const { heard } = this.#test;
    const told = heard ? 'heard' : heard === false ? 'notHeard' : 'listening';
    return html`<div
        class="meter"
        role="meter"
        aria-label=${words.say('level')}
        aria-valuenow="0"
        aria-valuemin="0"
        aria-valuemax="100"
      ></div>
      <p class="small muted">
        <span aria-live="polite">${words.say(told)}</span>
        ${on ? nothing : words.say('youAreMuted')}
      </p>`;
  }

  async #play(speaker: string): Promise<void> {
    try {
      await chime(speaker);
      this.#silent = false;
    } catch {
      // The browser says no more than that; the person is told what to look at.
      this.#silent = true;
    }
    this.#host.requestUpdate();
  }
}

/** Another one was chosen and could not be had: the former goes on. */
function faultOf({ fault }: InputState, words: CallWords): TemplateResult | typeof nothing {
  if (!fault) return nothing;
  const device = words.say(fault.device);
  const { title } = ADVICE[fault.reason];
  return html`<p class="error" role="alert">${words.say(title, { device, n: 1 })}</p>`;
}
