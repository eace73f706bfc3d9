/// The few functions of real numbers that the standard library leaves to the C library, which a pure room does not see.
enum Arithmetic {
  /// The sine of `turns` full circles, accurate to 1e-9.
  static func sine(turns: Double) -> Double {
    // Reduce to a quarter circle around 0, where the series converges fast.
    var x = turns - turns.rounded(.down)
    if x > 0.75 { x -= 1 } else if x > 0.25 { x = 0.5 - x }
    let angle = x * 2 * Double.pi
    let s = angle * angle
    // Taylor's series, from the last term inwards.
    var sum = 1 - s / 156
    sum = 1 - s / 110 * sum
    sum = 1 - s / 72 * sum
    sum = 1 - s / 42 * sum
    sum = 1 - s / 20 * sum
    sum = 1 - s / 6 * sum
    return angle * sum
  }

  static func cosine(turns: Double) -> Double { sine(turns: turns + 0.25) }

  /// The logarithm to base 10 of a positive number; minus infinity for 0 and below.
  static func log10(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return value > 0 ? .infinity : -.infinity }
    // ln(m) = 2 artanh((m-1)/(m+1)), with m in 1..<2.
    let ratio = (value.significand - 1) / (value.significand + 1)
    let square = ratio * ratio
    var power = ratio
    var sum = 0.0
    var divisor = 1.0
    for _ in 0..<16 {
      sum += power / divisor
      power *= square
      divisor += 2
    }
    let natural = 2 * sum + Double(value.exponent) * 0.693_147_180_559_945_3
    return natural * 0.434_294_481_903_251_8
  }

  /// 10 to the power of `exponent`, for levels.
  static func power10(_ exponent: Double) -> Double {
    let twos = min(max(exponent, -30), 30) / 0.301_029_995_663_981_2
    let whole = twos.rounded()
    let rest = (twos - whole) * 0.693_147_180_559_945_3
    var term = 1.0
    var sum = 1.0
    for step in 1..<16 {
      term *= rest / Double(step)
      sum += term
    }
    return sum * Double(sign: .plus, exponent: Int(whole), significand: 1)
  }

  static func amplitude(decibels: Double) -> Double { power10(decibels / 20) }
}
