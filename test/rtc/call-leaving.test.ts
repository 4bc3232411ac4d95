import { expect } from 'chai';
import type { Room } from '../../src/rtc/room.ts';
import { ending, participantOf, peopleIn, reaches, together } from './support/callers.ts';
import { freshRoomName, makeRoom, until } from './support/rooms.ts';

const SILENT = { audio: false } as const;

/** Somebody in a page of its own, which can be left, or loaded again. */
class Visitor {
  readonly #frame = document.createElement('iframe');

  constructor(room: string, name: string) {
    const search = new URLSearchParams({ room, name });
    this.#frame.src = `${new URL('support/visitor.html', import.meta.url).pathname}?${String(search)}`;
    document.body.append(this.#frame);
  }

  get room(): Room {
    return (this.#frame.contentWindow as unknown as { room: Room }).room;
  }

  /** Fulfils when the page is there again. */
  async reload(): Promise<void> {
    const loaded = new Promise((resolve) =>
      this.#frame.addEventListener('load', resolve, { once: true }),
    );
    this.#frame.contentWindow?.location.reload();
    await loaded;
  }

  leave(): void {
    this.#frame.remove();
  }
}

describe('Room, when a page is left in a call', () => {
  let ada: Room;
  let visitor: Visitor;
  beforeEach(async () => {
    const room = freshRoomName();
    ada = makeRoom({ room });
    await ada.join();
    visitor = new Visitor(room, 'Bo');
    await together(ada, 1);
    await ada.call(SILENT);
    await reaches(visitor.room, 'ringing');
    await visitor.room.answer(SILENT);
    await reaches(ada, 'active');
  });
  afterEach(() => visitor.leave());

  it('is out of the call at once, before anybody has missed it', async () => {
    const ended = ending(ada);
    visitor.leave();
    expect((await ended).why).to.equal('ended');
    expect(ada.peers.map(({ name, link }) => [name, link])).to.deep.equal([['Bo', 'connected']]);
  });

  it('has left the call by a reload, and can be called again', async () => {
    const ended = ending(ada);
    const reloaded = visitor.reload();
    expect((await ended).why).to.equal('ended');
    await reloaded;
    await Promise.all([together(visitor.room, 1), together(ada, 1)]);
    await ada.call(SILENT);
    await reaches(visitor.room, 'ringing');
    await visitor.room.answer(SILENT);
    await until(ada, () => peopleIn(ada).length === 1 && ada.callState === 'active');
    expect(participantOf(ada, visitor.room)?.lost).to.equal(false);
  });
});
