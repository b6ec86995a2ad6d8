export type { FdPassing, Packet, PacketTransport } from "./transport.ts";
