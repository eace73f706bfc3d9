public import SansIO

public enum ClientTransactionKind {}
/// One request of ours on its way, whatever number of servers is tried for it (RFC 3261 section 17.1, RFC 3263 section 4.3).
/// Chosen by the layer, never used twice.
public typealias ClientTransactionID = Identifier<ClientTransactionKind>

public enum ServerTransactionKind {}
/// One request of a peer and our answer to it (RFC 3261 section 17.2). Chosen by the layer, never used twice.
public typealias ServerTransactionID = Identifier<ServerTransactionKind>
