import { expect } from 'chai';
import type { RtcChatEventMap } from '../../src/components/element-events.ts';
import { valueOf } from '../../src/rtc/room-options.ts';
import { RtcChatError } from '../../src/protocol/errors.ts';
import { withProperty } from '../rtc/support/replaced-property.ts';
import { ScriptedElement } from '../support/scripted-element.ts';
import { idOf } from '../support/scripted-room.ts';
import { clearStage, drawn, shown, stage } from '../support/stage.ts';

/** Every public event that is dispatched on `target` from now on, as its name and what it carries. */
function record(target: EventTarget): Event[] {
  const events: Event[] = [];
  const names: (keyof RtcChatEventMap)[] = [
    'rtc-chat-status',
    'rtc-chat-message',
    'rtc-chat-delivery',
    'rtc-chat-peer-join',
    'rtc-chat-peer-leave',
    'rtc-chat-call',
    'rtc-chat-error',
  ];
  for (const name of names) target.addEventListener(name, (event) => events.push(event));
  return events;
}

const calls = (element: ScriptedElement) => element.made.map(({ room }) => room.calls.join(' '));

async function refusalOf(promise: Promise<unknown>): Promise<RtcChatError> {
  try {
    await promise;
  } catch (error) {
    expect(error).to.be.instanceOf(RtcChatError);
    return error as RtcChatError;
  }
  throw new Error('It was not refused.');
}

describe('<rtc-chat>', () => {
  afterEach(clearStage);

  describe('its attributes and properties', () => {
    it('joins by itself with what its attributes say', async () => {
      const element = await stage({
        capacity: '4',
        history: 'device',
        token: 'secret',
        'ice-transport-policy': 'relay',
      });
      expect(element.made).to.have.lengthOf(1);
      expect(element.made[0]!.options).to.deep.equal({
        server: 'https://chat.example',
        room: 'lobby',
        name: 'Ada',
        capacity: 4,
        history: 'device',
        token: 'secret',
        calls: 'video',
        iceServers: [],
        iceTransportPolicy: 'relay',
      });
      expect(calls(element)).to.deep.equal(['join']);
      expect(element.status).to.equal('joining');
    });

    it('fills in the page’s origin and the defaults', async () => {
      const element = await stage({
        server: null,
        history: 'forever',
        'ice-transport-policy': 'none',
      });
      expect(element.made[0]!.options).to.deep.equal({
        server: location.origin,
        room: 'lobby',
        name: 'Ada',
        history: 'session',
        calls: 'video',
        iceServers: [],
        iceTransportPolicy: 'all',
      });
      expect(element.calls).to.equal('video');
    });

    it('has what the attributes say as properties, and what the room says as read-only ones', async () => {
      const element = await stage({ capacity: '4' });
      expect([element.server, element.room, element.name, element.capacity]).to.deep.equal([
        'https://chat.example',
        'lobby',
        'Ada',
        4,
      ]);
      element.room$.admit('Ada 2', ['Bo']);
      element.room$.say({ text: 'hello', from: 'Bo' });
      expect(element.status).to.equal('connected');
      expect(element.self).to.deep.equal({ id: idOf('Ada 2'), name: 'Ada 2' });
      expect(element.peers.map(({ name }) => name)).to.deep.equal(['Bo']);
      expect(element.messages.map(({ text }) => text)).to.deep.equal(['hello']);
      expect(element.callState).to.equal('idle');
    });

    it('is idle and has nobody before there is a room', async () => {
      const element = await stage({ room: null });
      expect(element.made).to.deep.equal([]);
      expect([element.status, element.self, element.peers, element.messages]).to.deep.equal([
        'idle',
        null,
        [],
        [],
      ]);
    });

    it('joins as soon as what was missing is set', async () => {
      const element = await stage({ room: null });
      element.room = 'lobby';
      await drawn(element);
      expect(calls(element)).to.deep.equal(['join']);
    });

    it('leaves and joins again when the room or the server changes, once for both', async () => {
      const element = await stage();
      element.room$.admit();
      element.room = 'other';
      element.server = 'https://other.example';
      await drawn(element);
      expect(calls(element)).to.deep.equal(['join leave', 'join']);
      expect(element.made[1]!.options).to.include({
        room: 'other',
        server: 'https://other.example',
      });
    });

    it('renames in place', async () => {
      const element = await stage();
      element.room$.admit();
      element.name = 'Ada Lovelace';
      await drawn(element);
      expect(element.room$.renames).to.deep.equal(['Ada Lovelace']);
      expect(element.made).to.have.lengthOf(1);
    });

    it('tells why a new name was refused', async () => {
      const element = await stage();
      element.room$.admit();
      const error = new RtcChatError('name-taken', 'taken');
      element.room$.onRename = () => Promise.reject(error);
      const events = record(element);
      element.name = 'Bo';
      await drawn(element);
      await drawn(element);
      expect(
        events.map((event) => (event as RtcChatEventMap['rtc-chat-error']).error),
      ).to.deep.equal([error]);
    });

    it('leaves when the room is taken away, and asks for one', async () => {
      const element = await stage();
      element.room$.admit();
      element.room = null;
      await drawn(element);
      expect(calls(element)).to.deep.equal(['join leave']);
      expect(shown(element)).to.include('Start a conversation');
    });

    it('does not join again for a new token or new servers, but gives them to who asks', async () => {
      const element = await stage();
      element.token = 'new';
      element.iceServers = [{ urls: 'stun:stun.example' }];
      await drawn(element);
      expect(element.made).to.have.lengthOf(1);
      const { token, iceServers = [] } = element.made[0]!.asked;
      expect(valueOf(token)).to.equal('new');
      expect(valueOf(iceServers)).to.deep.equal([{ urls: 'stun:stun.example' }]);
      element.room = 'other';
      await drawn(element);
      expect(element.made[1]!.options).to.deep.include({
        token: 'new',
        iceServers: [{ urls: 'stun:stun.example' }],
      });
    });
  });

  describe('its methods', () => {
    it('join() fulfils when admitted', async () => {
      const element = await stage();
      let admit = () => {};
      element.room$.onJoin = () => new Promise((resolve) => (admit = resolve));
      const joined = element.join();
      admit();
      await joined;
    });

    it('join() rejects when refused, and the page is told once', async () => {
      const element = await stage();
      const events = record(element);
      const error = new RtcChatError('room-full', 'full');
      element.room$.onJoin = () => {
        element.room$.fail(error);
        return Promise.reject(error);
      };
      expect(await refusalOf(element.join())).to.equal(error);
      expect(events.map(({ type }) => type)).to.deep.equal(['rtc-chat-status', 'rtc-chat-error']);
    });

    it('join() rejects when there is no room to join', async () => {
      const element = await stage({ room: null });
      expect((await refusalOf(element.join())).code).to.equal('invalid-options');
    });

    it('leave() leaves, join() comes back with a new room', async () => {
      const element = await stage();
      element.room$.admit();
      await element.leave();
      expect(element.status).to.equal('closed');
      await element.join();
      expect(calls(element)).to.deep.equal(['join leave', 'join']);
    });

    it('join() in the task in which the element was added joins once', async () => {
      const element = new ScriptedElement();
      element.room = 'lobby';
      element.name = 'Ada';
      document.body.append(element);
      await element.join();
      await drawn(element);
      expect(calls(element)).to.deep.equal(['join join']);
      element.remove();
    });

    it('join() after a refusal asks with what the properties say now', async () => {
      const element = await stage();
      element.room$.fail(new RtcChatError('unauthorized', 'The token was refused.'));
      element.token = 'new';
      await element.join();
      expect(element.made[1]?.options.token).to.equal('new');
    });

    it('send() fulfils with the message', async () => {
      const element = await stage();
      element.room$.admit('Ada', ['Bo']);
      expect((await element.send('hello')).text).to.equal('hello');
    });

    it('send() rejects without a room', async () => {
      const element = await stage({ room: null });
      expect((await refusalOf(element.send('hello'))).code).to.equal('not-joined');
    });

    it('clearHistory() clears the room, and rejects without one', async () => {
      const element = await stage();
      await element.clearHistory();
      expect(element.room$.calls).to.include('clearHistory');
      const alone = await stage({ room: null });
      expect((await refusalOf(alone.clearHistory())).code).to.equal('not-joined');
    });

    it('ask the room for calls, once there is one', async () => {
      const element = await stage({ name: null });
      const asking = [element.call(), element.answer(), element.decline(), element.shareScreen()];
      for (const promise of asking) expect((await refusalOf(promise)).code).to.equal('not-joined');
      await Promise.all([element.hangUp(), element.stopSharing()]);

      element.name = 'Ada';
      await drawn(element);
      const { room$ } = element;
      room$.admit('Ada', ['Bo']);
      await element.call({ to: [idOf('Bo')], video: true });
      await element.answer({ audio: true });
      await element.decline();
      await element.shareScreen();
      await element.stopSharing();
      await element.hangUp();
      expect(room$.calls.slice(1)).to.deep.equal([
        `call ${idOf('Bo')} video`,
        'answer audio',
        'decline',
        'shareScreen',
        'stopSharing',
        'hangUp',
      ]);
      room$.onCall = () => Promise.reject(new RtcChatError('busy', 'Elsewhere.'));
      expect((await refusalOf(element.call())).code).to.equal('busy');
    });
  });

  describe('its events', () => {
    it('bubble out of shadow roots, each with one property', async () => {
      const outer = document.createElement('div');
      document.body.append(outer);
      const element = new ScriptedElement();
      element.room = 'lobby';
      element.name = 'Ada';
      outer.attachShadow({ mode: 'open' }).append(element);
      await drawn(element);
      const room = element.room$;
      const events = record(document.body);
      room.admit('Ada', ['Bo']);
      const message = room.say({ text: 'hello', of: 1, state: 'sending' });
      room.deliver(message.id, { state: 'delivered', delivered: 1 });
      const error = new RtcChatError('protocol-violation', 'Bo broke the protocol.');
      room.complain(error);
      room.part('Bo', 'lost');
      const all = events as unknown as Record<string, unknown>[];
      expect(events.map(({ type }) => type)).to.deep.equal([
        'rtc-chat-peer-join',
        'rtc-chat-status',
        'rtc-chat-message',
        'rtc-chat-delivery',
        'rtc-chat-error',
        'rtc-chat-peer-leave',
      ]);
      expect(all[0]).to.have.nested.property('peer.name', 'Bo');
      expect(all[1]).to.have.property('status', 'connected');
      expect(all[2]).to.have.property('message', message);
      expect(all[3]).to.have.nested.property('message.state', 'delivered');
      expect(all[4]).to.have.property('error', error);
      expect(all[5]).to.include({ reason: 'lost' });
      outer.remove();
    });

    it('tell a status only when it is another one', async () => {
      const element = await stage();
      const events = record(element);
      element.room$.admit('Ada', ['Bo']);
      element.room$.set({ broadcaster: 'offline' });
      element.room$.set({ broadcaster: 'online' });
      expect(events.filter(({ type }) => type === 'rtc-chat-status')).to.have.lengthOf(1);
    });

    it('tell about options that no room can be made of', async () => {
      const element = new ScriptedElement();
      const error = (element.refuse = new RtcChatError(
        'invalid-options',
        'A room’s capacity is a whole number from 2 to 32.',
      ));
      element.room = 'lobby';
      element.name = 'Ada';
      const events = record(element);
      document.body.append(element);
      await drawn(element);
      expect(events.map((event) => (event as RtcChatEventMap['rtc-chat-error']).error)).to.include(
        error,
      );
      expect(element.status).to.equal('failed');
      expect(shown(element)).to.include(error.message);
    });
  });
});

describe('a page that is not secure', () => {
  afterEach(clearStage);

  it('is told so before anybody writes their name', () =>
    withProperty(globalThis, 'isSecureContext', false, async () => {
      const element = await stage({ room: null, name: null });
      expect(shown(element)).to.contain('This page isn’t secure');
      expect(element.renderRoot.querySelectorAll('input, button')).to.have.lengthOf(0);
    }));
});

describe('the tag', () => {
  it('is left alone, with a warning, when somebody has defined it already', async () => {
    const Other = class extends HTMLElement {};
    customElements.define('rtc-chat', Other);
    const { warn } = console;
    const warnings: unknown[] = [];
    console.warn = (...words: unknown[]) => warnings.push(...words);
    const module = await import('../../src/index.ts');
    console.warn = warn;
    expect(customElements.get('rtc-chat')).to.equal(Other);
    expect(warnings.join()).to.include('<rtc-chat> is defined already');
    expect(module.RtcChatElement).to.be.a('function');
  });
});
