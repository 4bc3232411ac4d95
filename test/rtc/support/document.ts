/**
 * Another document of this origin, as another tab would be: with its own modules and its own locks. It shares our
 * sessionStorage, as a page does with the one it replaces by a reload.
 */
export class OtherDocument {
  readonly #frame: HTMLIFrameElement;

  static async open(): Promise<OtherDocument> {
    const frame = document.createElement('iframe');
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
    frame.srcdoc = '<!doctype html><title>another document</title>';
    document.body.append(frame);
    await loaded;
    return new OtherDocument(frame);
  }

  constructor(frame: HTMLIFrameElement) {
    this.#frame = frame;
  }

  /** A module of ours as that document sees it. */
  async import<T>(url: URL): Promise<T> {
    const { contentWindow } = this.#frame;
    const view = contentWindow as unknown as { eval(code: string): Promise<T> };
    return view.eval(`import(${JSON.stringify(url.href)})`);
  }

  /** What a closed tab or a killed page does: no farewell. */
  close(): void {
    this.#frame.remove();
  }
}
