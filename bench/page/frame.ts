/**
 * Whether the browser is making a frame: its callbacks have begun, and layout and paint are still to come. What changes
 * the document now is in this frame; what changes it at another time, in the next. Watched from the page's beginning.
 */
let making = false;

const plain = globalThis.requestAnimationFrame.bind(globalThis);
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => (making = false);
globalThis.requestAnimationFrame = (callback) =>
  plain((time) => {
    if (!making) {
      making = true;
      // A task after the frame's own callbacks and what they have led to.
      port2.postMessage(null);
    }
    callback(time);
  });

/** Fulfils when the frame is made that shows the document as it is now. */
export function shownInFrame(): Promise<void> {
  return new Promise((resolve) => {
    const afterwards = (): void => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve();
      channel.port2.postMessage(null);
    };
    if (making) afterwards();
    else plain(afterwards);
  });
}
