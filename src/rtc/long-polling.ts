/** The fallback for proxies that block WebSockets; in a module of its own, because few need it. */
export { XHR as LongPolling } from 'socket.io-client';
