export { type Channel, type ChannelOptions, channel } from "./channel.ts";
export type { Sink, Source, Transport } from "./transport.ts";
