import { html, nothing, type TemplateResult } from 'lit';
import { callIcon } from './call-icon.ts';
import type { Place } from './call-places.ts';
import type { CallWordKey, CallWords } from './call-words.ts';
import { face } from './face.ts';

export interface TileLook {
  readonly large: boolean;
  readonly speaks: boolean;
  /** The time that the call has lasted stands here. */
  readonly timed: boolean;
  /** The one and only who is rung: said large. */
  readonly alone: boolean;
  /** What lies over the picture. */
  readonly over?: TemplateResult | undefined;
}

/** A picture of its own shape: what is upright is not cut to what lies. */
function shape({ target }: Event): void {
  const video = target as HTMLVideoElement;
  video.classList.toggle('upright', video.videoHeight > video.videoWidth);
}

const signWords = (words: CallWords, key: CallWordKey): TemplateResult =>
  html`<span class="hidden">${words.say(key)}</span>`;

/** One place on the stage: the picture, or the face where there is none; beneath it who it is. */
export function tile(place: Place, look: TileLook, words: CallWords): TemplateResult {
  const { kind, id, name, stream, state, muted, quality, held } = place;
  // What is to be said of somebody who is not simply there.
  const trouble = state === 'in' ? held && 'pictureHeld' : (`tile-${state}` as const);
  return html`<figure
    class="tile ${kind} ${look.large ? 'large' : ''} ${look.speaks ? 'speaks' : ''} ${state} ${place.mirrored ? 'mirrored' : ''}"
    part="tile"
  >
    ${kind === 'screen' ? nothing : html`<span class=${state === 'ringing' ? 'pulse' : 'still'}>${face({ id, name }, 'xl')}</span>`}
    ${
      look.alone
        ? html`<h2>${words.show('calling', { name })}</h2>
            <p>${words.say('tile-ringing')}</p>`
        : nothing
    }
    ${
      stream
        ? html`<video
            class="call-media"
            data-of=${id}
            data-kind=${kind === 'screen' ? kind : 'camera'}
            aria-hidden="true"
            autoplay
            playsinline
            ?disablepictureinpicture=${kind === 'own'}
            .muted=${true}
            .srcObject=${stream}
            @resize=${shape}
          ></video>`
        : nothing
    }
    ${look.over ?? nothing}
    <figcaption class="tag">
      ${kind === 'screen' ? callIcon('screen') : nothing}
      ${muted ? html`${callIcon('microphoneOff')}${signWords(words, 'muted')}` : nothing}
      ${
        quality && quality.level !== 'good'
          ? html`${callIcon('weak', quality.level)}${signWords(words, `path-${quality.level}`)}`
          : nothing
      }
      <span class="clip"
        >${kind === 'screen' ? words.show('screenOf', { name }) : html`<bdi>${kind === 'own' ? words.say('you') : name}</bdi>`}${trouble ? html` · ${words.say(trouble)}` : nothing}${look.timed ? html` · <span class="call-time" aria-hidden="true"></span>` : nothing}</span
      >
    </figcaption>
  </figure>`;
}
