import type { LitElement, ReactiveController } from 'lit';

/** Safari on a phone has this alone, and only for a video. */
interface PhoneVideo extends HTMLVideoElement {
  readonly webkitSupportsFullscreen?: boolean;
  webkitEnterFullscreen?(): void;
}

/** Whether it is in a window of its own. A browser without such windows may not even know how to ask. */
export const isApart = (element: Element): boolean =>
  !!document.pictureInPictureElement && element.matches(':picture-in-picture');

/** The whole screen for the element, and a window of its own for the large picture, as far as the browser has them. */
export class Screenful implements ReactiveController {
  readonly #host: LitElement;
  readonly #draw = (): void => this.#host.requestUpdate();
  /** There is a stage. */
  #staged = false;
  /** We have asked for it: then it ends with the call. */
  #filled = false;
  /** An iPhone has windows of their own, and not for a call: it has said so. */
  #noWindow = false;

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  get #video(): PhoneVideo | null {
    return this.#host.renderRoot.querySelector<PhoneVideo>('.tile.large:not(.own) video');
  }

  get canFill(): boolean {
    // Not before there is a picture.
    return document.fullscreenEnabled || !!this.#video?.webkitSupportsFullscreen;
  }

  get isFull(): boolean {
    return !!document.fullscreenElement && this.#host.matches(':fullscreen');
  }

  get canPart(): boolean {
    return document.pictureInPictureEnabled && !this.#noWindow && this.#video !== null;
  }

  get isApart(): boolean {
    return [...this.#host.renderRoot.querySelectorAll('video')].some(isApart);
  }

  readonly toggleFull = (): void => {
    if (this.isFull) void document.exitFullscreen();
    else if (!document.fullscreenEnabled) this.#video?.webkitEnterFullscreen?.();
    else {
      this.#filled = true;
      // Refused: it stays as it is, and the menu says so.
      this.#host.requestFullscreen().catch(this.#draw);
    }
  };

  readonly toggleApart = (): void => {
    const done = this.isApart
      ? document.exitPictureInPicture()
      : this.#video?.requestPictureInPicture();
    done?.then(this.#draw, (error: Error) => {
      this.#noWindow ||= error.name === 'NotSupportedError';
      this.#draw();
    });
  };

  hostConnected(): void {
    this.#host.addEventListener('fullscreenchange', this.#draw);
  }

  hostDisconnected(): void {
    this.#host.removeEventListener('fullscreenchange', this.#draw);
  }

  hostUpdated(): void {
    const staged = this.#host.renderRoot.querySelector('.stage') !== null;
    if (this.#staged && !staged) this.#end();
    this.#staged = staged;
  }

  #end(): void {
    if (this.#filled && this.isFull) void document.exitFullscreen();
    this.#filled = false;
  }
}
