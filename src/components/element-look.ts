import { LitElement } from 'lit';
import { elementStyles } from './element-styles.ts';

/**
 * What a page can put into the element, and restyle.
 *
 * @slot header - In the place of the title: the other person's name, or the room's.
 * @slot empty - In the place of what stands in a conversation without messages.
 * @slot join - In the place of the picture and the sentences above the join form.
 *
 * @csspart frame - Everything.
 * @csspart join - The join form.
 * @csspart card - The sentences that stand alone: joining, alone, refused, left.
 * @csspart header - The line at the top.
 * @csspart status - The state of the connection, in the header.
 * @csspart notice - The strip under the header.
 * @csspart find - The strip to find messages with.
 * @csspart log - The messages.
 * @csspart message - One message with its name and time.
 * @csspart bubble - The text of one message.
 * @csspart pill - The button to what is new.
 * @csspart typing - Who is writing.
 * @csspart composer - The field to write in.
 * @csspart send - Its button.
 * @csspart find-button - The button in the header that opens it.
 * @csspart people-button - The button in the header that opens the panel of people.
 * @csspart people - The panel of people.
 * @csspart clear - The question before the messages kept here are deleted.
 * @csspart phone-button - The button in the header that starts a voice call.
 * @csspart video-button - The button in the header that starts a video call.
 * @csspart incoming - The dialog in which somebody calls.
 * @csspart call-line - What became of a call, among the messages.
 * @csspart stage - The pictures of a call, with what one can do in it.
 * @csspart tile - One picture, or the face of who has none.
 * @csspart call-bar - The buttons under the pictures.
 * @csspart call-strip - A call under the header: one of voices, or one that goes on without us.
 *
 * @cssproperty --rtc-chat-accent - The one colour: what to do next, own bubbles, links.
 * @cssproperty --rtc-chat-on-accent - What stands on the accent.
 * @cssproperty --rtc-chat-accent-text - The accent as text; made from it.
 * @cssproperty --rtc-chat-own - Own bubbles; made from the accent.
 * @cssproperty --rtc-chat-surface - The ground.
 * @cssproperty --rtc-chat-sunken - Notices, and the ground around a card.
 * @cssproperty --rtc-chat-raised - Cards and sheets.
 * @cssproperty --rtc-chat-bubble - Bubbles of others.
 * @cssproperty --rtc-chat-text - Text.
 * @cssproperty --rtc-chat-muted - Times and hints.
 * @cssproperty --rtc-chat-line - Lines between regions.
 * @cssproperty --rtc-chat-edge - Edges of fields and buttons.
 * @cssproperty --rtc-chat-danger-text - What went wrong, and what ends something.
 * @cssproperty --rtc-chat-warn-text - Signs of what waits.
 * @cssproperty --rtc-chat-warn-soft - The ground of a warning.
 * @cssproperty --rtc-chat-scrim - Over the conversation, behind a sheet.
 * @cssproperty --rtc-chat-font - The typeface.
 * @cssproperty --rtc-chat-font-code - The typeface of code.
 * @cssproperty --rtc-chat-text-s - Size of times and hints.
 * @cssproperty --rtc-chat-text-m - Size of messages.
 * @cssproperty --rtc-chat-text-field - Size of fields; below 16 px iOS zooms into them.
 * @cssproperty --rtc-chat-text-l - Size of the panel's title.
 * @cssproperty --rtc-chat-text-xl - Size of a card's title.
 * @cssproperty --rtc-chat-column - The widest that a conversation is set.
 * @cssproperty --rtc-chat-radius - Corners of the frame, buttons and fields.
 * @cssproperty --rtc-chat-radius-bubble - Corners of bubbles.
 * @cssproperty --rtc-chat-shadow-1 - Under what floats.
 * @cssproperty --rtc-chat-shadow-2 - Under what covers.
 */
export class ElementLook extends LitElement {
  static override styles = [...elementStyles];
}
