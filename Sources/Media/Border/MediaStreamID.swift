public import SansIO

public enum MediaStreamKind {}
/// The voice of one call: an RTP and an RTCP socket and what runs on them.
public typealias MediaStreamID = Identifier<MediaStreamKind>
