import type { Page } from 'puppeteer-core';

declare global {
  /** What `VideoCall` has in the page. */
  var videoCall: { readonly pc: RTCPeerConnection; readonly video: HTMLVideoElement };
}

/**
 * A plain connection between two pages over which the first shows a moving picture to the second. The descriptions, whole
 * with their candidates, go through the test: what is of interest is the path.
 */
export class VideoCall {
  /** The offer and the answer. */
  readonly descriptions: readonly string[];
  readonly #from: Page;
  readonly #to: Page;

  static async start(from: Page, to: Page, configuration: RTCConfiguration): Promise<VideoCall> {
    await from.evaluate(async (config) => {
      const pc = new RTCPeerConnection(config);
      globalThis.videoCall = { pc, video: document.createElement('video') };
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [320, 240];
      const context = canvas.getContext('2d');
      const draw = (): void => {
        if (!context || pc.signalingState === 'closed') return;
        context.fillStyle = `hsl(${performance.now() / 10}deg 80% 50%)`;
        context.fillRect(0, 0, 320, 240);
        setTimeout(draw, 40);
      };
      draw();
      for (const track of canvas.captureStream(25).getTracks()) pc.addTrack(track);
      await pc.setLocalDescription();
    }, configuration);
    await gathered(from);
    const offer = await descriptionOf(from);
    await to.evaluate(
      async (config, sdp) => {
        const pc = new RTCPeerConnection(config);
        const video = document.createElement('video');
        globalThis.videoCall = { pc, video };
        video.muted = true;
        document.body.append(video);
        pc.ontrack = ({ track }) => {
          video.srcObject = new MediaStream([track]);
          void video.play();
        };
        await pc.setRemoteDescription({ type: 'offer', sdp });
        await pc.setLocalDescription();
      },
      configuration,
      offer,
    );
    await gathered(to);
    const answer = await descriptionOf(to);
    await from.evaluate(
      (sdp) => videoCall.pc.setRemoteDescription({ type: 'answer', sdp }),
      answer,
    );
    return new VideoCall(from, to, [offer, answer]);
  }

  private constructor(from: Page, to: Page, descriptions: readonly string[]) {
    this.#from = from;
    this.#to = to;
    this.descriptions = descriptions;
  }

  /** Fulfils when the second sees a picture, with its size. */
  async size(): Promise<{ readonly width: number; readonly height: number }> {
    await this.#to.bringToFront();
    await this.#to.waitForFunction(() => videoCall.video.videoWidth > 0, { polling: 50 });
    return this.#to.evaluate(() => {
      const { videoWidth, videoHeight } = videoCall.video;
      return { width: videoWidth, height: videoHeight };
    });
  }

  async hangUp(): Promise<void> {
    for (const page of [this.#from, this.#to]) await page.evaluate(() => videoCall.pc.close());
  }
}

async function gathered(page: Page): Promise<void> {
  await page.waitForFunction(() => videoCall.pc.iceGatheringState === 'complete', { polling: 20 });
}

function descriptionOf(page: Page): Promise<string> {
  return page.evaluate(() => videoCall.pc.localDescription?.sdp ?? '');
}
