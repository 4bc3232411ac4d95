import { html } from 'lit';

/** A piece of a text. The `raw` of all pieces, joined, is the text. */
export interface Piece {
  readonly kind: 'text' | 'link' | 'code' | 'block';
  readonly raw: string;
  /** What is shown: without the backticks of code. */
  readonly shown: string;
  /** Where a link goes; empty otherwise. */
  readonly href: string;
}

/**
 * A fenced block, a word between single backticks on one line, or a link. A link stops at white space, quotes, angle
 * brackets, backticks, and at what could turn the rest of the line around.
 */
const MARKUP =
  /```(?:[\w+-]*\n)?([\s\S]+?)\n?```|`([^`\n]+)`|\b(?:https?:\/\/|mailto:)[^\s<>"“”«»`\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/giu;
const TRAILING = /[.,:;!?'’…*_~。，、！？；：]$/u;
/** Each closing one stands behind its opening one. */
const BRACKETS = '()[]{}（）【】「」';
/** What ends in more punctuation is no link: the search for its end stays short. */
const MAX_TRAILING_UNITS = 32;
/** Each character fits one branch only: else a text of clocks could keep the expression busy for minutes. */
const EMOJI =
  /^(?=.{1,32}$)(?:[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]|\u200D|\uFE0F| )+$/u;
const PICTURE = /\p{Emoji_Presentation}|\p{Regional_Indicator}|\p{Extended_Pictographic}\uFE0F/u;

/** Punctuation after a link belongs to the sentence; so does a bracket that the link has not opened. */
function trimLink(link: string): string {
  for (let end = link.length; end > link.length - MAX_TRAILING_UNITS && end > 0; end--) {
    const part = link.slice(0, end);
    const last = part.at(-1)!;
    const bracket = BRACKETS.indexOf(last);
    const ends =
      bracket % 2 === 1
        ? part.split(BRACKETS[bracket - 1]!).length >= part.split(last).length
        : !TRAILING.test(part);
    if (ends) return part;
  }
  return '';
}

/** The address of a link that may be followed, or an empty string. */
function hrefOf(link: string): string {
  const url = URL.canParse(link) ? new URL(link) : null;
  return url && (url.hostname || url.pathname) ? url.href : '';
}

/** Splits a text into words, links and code. */
export function splitText(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const add = (kind: Piece['kind'], raw: string, shown = raw, href = '') => {
    if (raw) pieces.push({ kind, raw, shown, href });
    at += raw.length;
  };
  for (const { 0: match, 1: block, 2: word, index } of text.matchAll(MARKUP)) {
    const code = block ?? word;
    const raw = code ? match : trimLink(match);
    const href = code ? '' : hrefOf(raw);
    if (!code && !href) continue;
    add('text', text.slice(at, index));
    add(href ? 'link' : word ? 'code' : 'block', raw, code, href);
  }
  add('text', text.slice(at));
  return pieces;
}

/** Nothing but up to a handful of emoji: shown large. */
export function isEmojiOnly(text: string): boolean {
  return EMOJI.test(text) && PICTURE.test(text);
}

/** The expression that finds what a person looks for: its letters as they stand, in either case. */
export function needleOf(query: string): RegExp | null {
  return query ? new RegExp(`(${query.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')})`, 'iu') : null;
}

function marked(text: string, needle: RegExp | null): unknown {
  return needle
    ? text.split(needle).map((part, i) => (i % 2 ? html`<mark>${part}</mark>` : part))
    : text;
}

/** A text as people see it. Always as text nodes, never as HTML. */
export function renderText(text: string, needle: RegExp | null): unknown[] {
  return splitText(text).map(({ kind, shown, href }) => {
    const content = marked(shown, needle);
    if (kind === 'link')
      return html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow"
        >${content}</a
      >`;
    if (kind === 'code') return html`<code>${content}</code>`;
    return kind === 'block' ? html`<pre>${content}</pre>` : content;
  });
}
