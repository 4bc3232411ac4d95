import { Room, type History, type Lease } from '../../../src/rtc/room.ts';
import { SimSignaling, type SimBroadcaster } from './broadcaster.ts';
import { Disk } from './disk.ts';
import type { Judge, Witness } from '../support/judge.ts';
import type { Air } from './peer-connection.ts';
import { Actor, type Engine, type World } from './world.ts';

export interface Place {
  readonly world: World;
  readonly air: Air;
  readonly broadcaster: SimBroadcaster;
  readonly judge: Judge;
  /** How long each text is, at least. */
  readonly textUnits: number;
}

let pages = 0;

/** Somebody at a browser, over all reloads, crashes and departures of the page. */
export class Inhabitant {
  readonly name: string;
  readonly node: number;
  readonly history: History;
  readonly engine: Engine;
  readonly disk: Disk;
  readonly #place: Place;
  #actor: Actor | null = null;
  #room: Room | null = null;
  #id: string | null = null;
  #skewMs = 0;
  #count = 0;
  #departures = 0;

  constructor(place: Place, node: number) {
    const { dice } = place.world;
    this.#place = place;
    this.node = node;
    this.name = `P${node}`;
    this.history = dice.pick(['device', 'device', 'device', 'session', 'session', 'none']);
    this.engine = dice.pick(['chromium', 'chromium', 'firefox']);
    this.disk = new Disk(place.world);
    this.disk.onKept = ({ author, high }) => {
      if (this.#id !== null) place.judge.held(this.#id, author, high);
    };
    if (dice.chance(0.2))
      this.#skewMs = dice.pick([-86_400_000, -3_000, 40_000, 2_300_000_000_000]);
  }

  /** What it reads at the end; null while there is no page. */
  get witness(): Witness | null {
    if (!this.#actor || this.#actor.dead || !this.#room || this.#id === null) return null;
    const { messages } = this.#room;
    return { id: this.#id, name: this.name, kept: this.history !== 'none', messages };
  }

  describe(): string {
    const room = this.#room;
    const peers = room?.peers.map(({ name, link, listed }) => ({ name, link, listed }));
    const { status, broadcaster } = room ?? {};
    return `${this.name} ${JSON.stringify({ history: this.history, engine: this.engine, status, broadcaster, peers })}`;
  }

  /** Opens the page, unless it is open. */
  open(): void {
    if (this.#actor && !this.#actor.dead) return;
    const { world, judge, broadcaster } = this.#place;
    const actor = new Actor(this.node, this.engine);
    actor.skewMs = this.#skewMs;
    actor.onDeath = () => this.#died(actor);
    this.#actor = actor;
    this.#room = null;
    this.#id = null;
    world.after(0, actor, () => {
      let release = world.hold();
      const room = new Room({
        // Each page is a place of its own: a page that dies never ends its departure.
        server: `https://page-${pages++}.sim`,
        room: 'simulated',
        name: this.name,
        history: this.history,
        calls: 'none',
        signaling: () => {
          release();
          release = () => 0;
          return new SimSignaling(broadcaster, actor);
        },
        lease: async ({ history }): Promise<Lease> => {
          const lease = await this.disk.lease(actor, history);
          if (this.#actor === actor) this.#id = lease.identity.id;
          return lease;
        },
      });
      this.#room = room;
      judge.listen(room, {
        isAlive: () => !actor.dead,
        memory: (kept) => `${this.#id} ${!kept || this.disk.flawed ? this.#departures : 0}`,
        heldBy: (kept) => (!kept || this.history === 'none' || this.disk.flawed ? this.#id : null),
      });
      // What ends it is told by its status.
      room.join().catch(() => undefined);
    });
  }

  /** Writes so many texts at once, if there is a page to write in. */
  write(count: number): void {
    const room = this.#room;
    const actor = this.#actor;
    if (!room || !actor || actor.dead || this.#id === null) return;
    const { world, judge, textUnits } = this.#place;
    const author = this.#id;
    world.after(0, actor, () => {
      if (this.#id !== author || room.status === 'closed' || room.status === 'failed') return;
      const audience = room.peers.filter(({ link }) => link === 'connected').map(({ id }) => id);
      for (let at = 0; at < count; at++) {
        const text = `${this.name} ${++this.#count}`.padEnd(textUnits, '.');
        const kept = this.history !== 'none';
        const line = judge.tried({ text, writer: this.name, author, audience, kept });
        room.send(text).then(
          () => {
            if (!actor.dead) line.state = 'shown';
          },
          () => {
            if (!actor.dead) line.state = 'refused';
          },
        );
      }
    });
  }

  /** The page dies of the effect after so many. */
  doom(effects: number): void {
    if (this.#actor) this.#actor.effectsLeft = effects;
  }

  /** The page is gone, and comes back after this. `tidy`: the browser closes its connections. */
  crash(backAfterMs: number, tidy: boolean): void {
    const actor = this.#actor;
    if (!actor || actor.dead) return;
    if (tidy) {
      for (const connection of this.#place.air.connections.values())
        if (connection.actor === actor) connection.close();
    }
    actor.die();
    this.#place.world.after(backAfterMs, null, () => this.open());
  }

  /** SIGKILL of the browser: what only the tab kept is gone. */
  kill(backAfterMs: number): void {
    this.crash(backAfterMs, false);
    if (this.history === 'session') this.disk.forget();
  }

  /** Leaves the room, and joins again. */
  leave(backAfterMs: number): void {
    const room = this.#room;
    const actor = this.#actor;
    if (!room || !actor) return;
    const { world } = this.#place;
    world.after(0, actor, () => {
      this.#departures++;
      void room.leave();
    });
    world.after(backAfterMs, actor, () => {
      const release = world.hold();
      room.join().catch(() => undefined);
      void import('../../../src/rtc/stay.ts').then(release);
    });
  }

  freeze(forMs: number): void {
    const actor = this.#actor;
    if (actor) actor.frozenUntilMs = Math.max(actor.frozenUntilMs, this.#place.world.nowMs + forMs);
  }

  wake(): void {
    const room = this.#room;
    const actor = this.#actor;
    if (!room || !actor) return;
    this.#place.world.after(0, actor, () => room.retry());
  }

  /** The engine closes a channel, as if by itself. */
  loseChannel(): void {
    const mine = [...this.#place.air.connections.values()].filter(
      ({ actor, wire }) => actor === this.#actor && wire,
    );
    const [connection] = mine;
    connection?.later(0, () => connection.channels.get(0)?.end());
  }

  #died(actor: Actor): void {
    const { world, air } = this.#place;
    this.disk.crash();
    world.after(0, null, () => air.network.changed());
    // Where nobody has said when: as after a reload.
    world.after(world.dice.between(50, 3_000), null, () => {
      if (this.#actor === actor) this.open();
    });
  }
}
