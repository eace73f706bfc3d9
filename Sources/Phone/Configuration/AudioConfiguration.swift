/// The `[audio]` table. Devices are ALSA PCM names; nil is `default`.
public struct AudioConfiguration: Hashable, Sendable {
  public var playback: String?
  public var capture: String?
  /// Where calls ring; nil is the playback device.
  public var ring: String?
  /// The codecs to offer, best first, in words of `AudioCodec.named`.
  public var codecs: [String] = Self.defaultCodecs

  public init() {}

  /// The ALSA names to open, with what nil stands for.
  public var playbackDevice: String { playback ?? "default" }
  public var captureDevice: String { capture ?? "default" }
  public var ringDevice: String { ring ?? playbackDevice }

  public static let defaultCodecs = ["PCMU", "PCMA", "L16"]
}
