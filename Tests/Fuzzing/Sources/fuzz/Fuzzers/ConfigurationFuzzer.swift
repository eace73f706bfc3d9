import Phone

/// The text of a configuration file.
enum ConfigurationFuzzer: Fuzzer {
  static let name = "configuration"
  static let summary = "the configuration file: any bytes give a configuration that can be used, and sentences about what is wrong"

  static func run(_ bytes: [UInt8]) {
    let (configuration, problems) = ConfigurationParser.parse(bytes, file: "c.toml")
    require(!configuration.audio.codecs.isEmpty, "no codec is left")
    require(configuration.network.rtpPorts.lowerBound >= 1024, "ports below 1024")
    require(problems.count <= bytes.count + 1, "\(problems.count) problems in \(bytes.count) bytes")
    let lines = bytes.count { $0 == 0x0A } + 1
    for problem in problems {
      require((1...lines + 1).contains(problem.line), "line \(problem.line) of \(lines)")
      require(problem.message.utf8.count < 2000, "a sentence of \(problem.message.utf8.count) bytes")
      require(!problem.description.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "a control character in \(problem.description)")
    }
  }
}
