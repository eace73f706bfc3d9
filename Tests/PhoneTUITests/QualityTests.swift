import Media
import Phone
import SansIO
import Testing

@testable import PhoneTUI

@Suite("The verdict over a call's sound")
struct QualityTests {
  private func grade(_ change: (UInt64, inout MediaStatistics) -> Void) -> QualityGrade {
    var history = QualityHistory()
    for second in UInt64(1)...12 {
      var statistics = Cast.statistics(second)
      change(second, &statistics)
      history.append(statistics)
    }
    return QualityGrade(history)
  }

  @Test("A clean line is GOOD and has nothing to say")
  func good() {
    let grade = grade { _, _ in }
    #expect(grade.level == .good)
    #expect(grade.reasons.isEmpty)
  }

  @Test("Loss is told apart by its direction")
  func loss() {
    let inwards = grade { second, statistics in statistics.packetsLost = Int64(second) * 5 }
    #expect(inwards.level == .bad)
    #expect(inwards.reasons == ["9 % lost on the way in: you hear gaps"])
    let outwards = grade { _, statistics in statistics.remoteFractionLost = 0.03 }
    #expect(outwards.level == .fair)
    #expect(outwards.reasons == ["3 % lost on the way out: they hear gaps"])
  }

  @Test("Silence from the other side is said first, for it hurts most")
  func nothingArrives() {
    let grade = grade { second, statistics in
      statistics.packetsReceived = 0
      statistics.packetsSent = second * 50
      statistics.jitter = .milliseconds(40)
    }
    #expect(grade.level == .bad)
    #expect(grade.reasons.first == "no sound arrives from the other side")
    #expect(grade.reasons.count == 2)
  }

  @Test("A long way is named with what helps")
  func delay() {
    let grade = grade { _, statistics in statistics.roundTrip = .milliseconds(640) }
    #expect(grade.level == .bad)
    #expect(grade.reasons == ["long way, 640 ms there and back: let others finish"])
  }

  @Test("Counters that start again and broken numbers harm nothing")
  func brokenNumbers() {
    var history = QualityHistory()
    for value in [UInt64.max, 0, 5, UInt64.max] {
      var statistics = MediaStatistics()
      statistics.packetsReceived = value
      statistics.packetsLate = value
      statistics.packetsLost = value == 0 ? .max : .min
      statistics.remoteFractionLost = .nan
      statistics.microphoneLevel = -.infinity
      statistics.speakerLevel = .nan
      history.append(statistics)
    }
    _ = QualityGrade(history)
    var surface = Surface(columns: 80, rows: 10)
    QualityTable(history: history).render(into: &surface, in: surface.area)
    #expect(Meter(level: .nan, columns: 5).words == "silent")
    #expect(Meter(level: .nan, columns: 5).text(.ascii) == ".....")
  }

  @Test("A sparkline keeps the worst of what falls on one column")
  func sparkline() {
    let values: [Double?] = [0, 0, 10, 0, nil, nil]
    #expect(Sparkline(values: values, ceiling: 10, columns: 3).text(.unicode) == "▁█ ")
  }
}
