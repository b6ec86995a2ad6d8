export type {
	DBusChannel,
	FdPassing,
	Packet,
	PacketTransport,
	ReceivedMessage,
	SentMessage,
} from "./transport.ts";
