import SIPMessages
import SansIO

/// Flows as JSON.
extension HeadlessFormat {
  static func add(_ report: FlowReport, to object: inout JSONObject) {
    object.add("account", report.account)
    object.add("flow", report.flow)
    object.add("state", report.isUp ? "up" : "down")
    object.add("proxy", report.proxy)
    object.add("peer", report.peer)
    object.add("transport", report.transport)
    object.add("outbound", report.isOutbound)
    object.add("flows_ready", report.flowsReady)
    object.add("flows_wanted", report.flowsWanted)
    object.add("reason", report.reason)
    object.add("retry_in_ms", report.retryIn.map { Int(clamping: $0.wholeMilliseconds) })
  }

  static func flow(_ flow: FlowSnapshot) -> JSONValue {
    var part = JSONObject()
    part.add("flow", flow.number)
    switch flow.state {
    case .ready: part.add("state", "ready")
    case .registering: part.add("state", "registering")
    case .failed(let why, _):
      part.add("state", "failed")
      part.add("reason", why)
    case .offline: part.add("state", "offline")
    }
    part.add("transport", flow.transport)
    part.add("peer", flow.peer)
    part.add("proxy", flow.proxy)
    part.add("outbound", flow.isOutbound)
    part.add("flow_timer", flow.flowTimer.map { Int(clamping: $0.components.seconds) })
    part.add("service_route", .array(flow.serviceRoute.map { .string($0) }))
    part.add("path", .array(flow.path.map { .string($0) }))
    part.add("public_gruu", flow.publicGRUU)
    part.add("temporary_gruu", flow.temporaryGRUU)
    return part.value
  }
}
