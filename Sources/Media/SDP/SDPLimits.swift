/// How much of a session description we read. Every number is far above what a telephone writes, and low enough that a hostile
/// description costs nothing.
public enum SDPLimits {
  /// The limit of a SIP message on streams holds for its body too.
  public static let bytes = 65_536
  /// Browsers write some 300 lines.
  public static let lines = 2_000
  /// Each m= line asks for an answering one.
  public static let media = 64
  /// RTP has 128 payload types.
  public static let formats = 128
}
