import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bundleSize, staticImports } from '../../scripts/bundle-size.ts';

/** What a page pays to show the element. */
const maxBundleBytes = 36 * 1024;
/** What it pays at the most, the engine and the fallback for blocked WebSockets as well; docs/decisions/0002. */
const maxTextBytes = 76 * 1024;
/** What is fetched for calls when the page is idle. */
const maxCallBytes = 25 * 1024;
const callPart = /^rtc-chat-call(?!-words-)/;
/** What is opened beside a call: fetched after that, and waited for by no call. */
const maxAsidesBytes = 5.5 * 1024;
const asidesPart = /^rtc-chat-asides-/;
/** All that a call can need in one language: both of these. */
const maxWholeCallBytes = 30 * 1024;
/** Words in another language than English: two parts for each, of text and of calls, which only its readers fetch. */
const maxWordsBytes = 3 * 1024;
const wordsPart = /^rtc-chat-(call-)?words-/;

const partsOf = (isWanted: (name: string) => boolean): { names: string[]; bytes: number } => {
  const names = readdirSync('dist').filter(
    (name) => /^rtc-chat(-.*)?\.js$/.test(name) && isWanted(name),
  );
  const sizes = names.map((name) => gzipSync(readFileSync(`dist/${name}`), { level: 9 }).length);
  return { names, bytes: sizes.reduce((sum, size) => sum + size, 0) };
};

describe('dist/rtc-chat.js', () => {
  it('stays within 36 KB with its static imports, min and gzip', (t) => {
    const { bytes, files } = bundleSize('dist/rtc-chat.js');
    t.diagnostic(`${files.join(' + ')}: ${bytes} of ${maxBundleBytes} bytes`);
    assert.ok(bytes <= maxBundleBytes, `${bytes} bytes are more than ${maxBundleBytes}`);
  });

  it('stays within 76 KB with everything that a conversation in text needs', (t) => {
    const { names, bytes } = partsOf(
      (name) => ![callPart, asidesPart, wordsPart].some((part) => part.test(name)),
    );
    t.diagnostic(`${names.join(' + ')}: ${bytes} of ${maxTextBytes} bytes`);
    assert.ok(bytes <= maxTextBytes, `${bytes} bytes are more than ${maxTextBytes}`);
  });

  it('has calls in a part of their own, within 25 KB', (t) => {
    const { names, bytes } = partsOf((name) => callPart.test(name));
    t.diagnostic(`${names.join(' + ')}: ${bytes} of ${maxCallBytes} bytes`);
    assert.ok(names.length > 0, 'there is no such part');
    assert.ok(bytes <= maxCallBytes, `${bytes} bytes are more than ${maxCallBytes}`);
  });

  it('has what is opened beside a call in a part of its own, within 5.5 KB', (t) => {
    const { names, bytes } = partsOf((name) => asidesPart.test(name));
    t.diagnostic(`${names.join(' + ')}: ${bytes} of ${maxAsidesBytes} bytes`);
    assert.equal(names.length, 1);
    assert.ok(bytes <= maxAsidesBytes, `${bytes} bytes are more than ${maxAsidesBytes}`);
  });

  it('has all that a call can need in one language within 30 KB', (t) => {
    const { names, bytes } = partsOf((name) => callPart.test(name) || asidesPart.test(name));
    t.diagnostic(`${names.join(' + ')}: ${bytes} of ${maxWholeCallBytes} bytes`);
    assert.ok(bytes <= maxWholeCallBytes, `${bytes} bytes are more than ${maxWholeCallBytes}`);
  });

  it('has every other language in parts of its own, each within 3 KB', (t) => {
    const names = readdirSync('dist').filter((name) => wordsPart.test(name));
    assert.ok(names.length > 0, 'there is no such part');
    for (const name of names) {
      const { bytes } = partsOf((each) => each === name);
      t.diagnostic(`${name}: ${bytes} of ${maxWordsBytes} bytes`);
      assert.ok(bytes <= maxWordsBytes, `${name}: ${bytes} bytes`);
    }
  });

  it('imports nothing that a page could not find beside it', () => {
    const scripts = readdirSync('dist').filter((name) => /^rtc-chat(-.*)?\.js$/.test(name));
    for (const script of scripts) {
      const source = readFileSync(`dist/${script}`, 'utf8');
      const dynamic = [...source.matchAll(/\bimport\(["'`]([^"'`]+)["'`]\)/g)].map(
        ([, path]) => path ?? '',
      );
      for (const path of [...staticImports(source), ...dynamic]) {
        assert.match(path, /^\.\/rtc-chat(-[\w-]+)?\.js$/);
        assert.ok(existsSync(`dist/${path}`), `${script} imports ${path}`);
      }
    }
  });

  it('brings the licences of what is in it', () => {
    const licences = readFileSync('dist/rtc-chat.licenses.md', 'utf8');
    for (const name of ['lit', 'socket.io-client', 'valibot', 'idb']) {
      assert.ok(licences.includes(`## ${name} - `), name);
    }
  });
});

describe('bundleSize', () => {
  it('sees every way to write a static import, and no dynamic one', () => {
    const source = `import{a as b}from"./1.js";import"./2.js";import c from'./3.js';export*from"./4.js";
export{d}from"./5.js";import*as e from "./6.js";let f=()=>import("./7.js");g("./8.js")`;
    assert.deepEqual(
      staticImports(source),
      [1, 2, 3, 4, 5, 6].map((number) => `./${number}.js`),
    );
  });
});
