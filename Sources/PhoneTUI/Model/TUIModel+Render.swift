import Phone
import SansIO

extension TUIModel {
  /// Below this the mini view takes over.
  static let smallestColumns = 60
  static let smallestRows = 15

  /// The whole screen as it should look now.
  public func render() -> Surface {
    var surface = Surface(columns: columns, rows: rows, glyphs: options.glyphs)
    guard columns >= Self.smallestColumns, rows >= Self.smallestRows else {
      MiniView(model: self).render(into: &surface)
      return surface
    }
    var area = surface.area
    let footer = Footer(model: self)
    let footerRows = footer.height(columns: columns)
    footer.render(into: &surface, in: Rect(x: 0, y: rows - footerRows, columns: columns, rows: footerRows))
    area = area.droppingBottom(footerRows)
    surface.clip = area
    area = area.droppingTop(CallBanner(model: self).render(into: &surface, in: area))
    surface.clip = area
    switch overlay {
    case .help: HelpScreen(model: self).render(into: &surface, in: area)
    case .find: FindScreen(model: self).render(into: &surface, in: area)
    case .command, .quitQuestion, nil:
      switch view {
      case .home: HomeScreen(model: self).render(into: &surface, in: area)
      case .incoming: IncomingScreen(model: self).render(into: &surface, in: area)
      case .calls: CallScreen(model: self).render(into: &surface, in: area)
      case .trace: TraceScreen(model: self).render(into: &surface, in: area)
      case .rules: RulesScreen(model: self).render(into: &surface, in: area)
      case .accounts: AccountsScreen(model: self).render(into: &surface, in: area)
      }
    }
    surface.clip = surface.area
    if overlay == .quitQuestion { QuitQuestion(model: self).render(into: &surface) }
    return surface
  }
}
