import Access
import HTTPTypes
import Hummingbird
import Obligations
import Primitives

/// The attestations: all of them, one with its document, signing a new one, and withdrawing.
struct AttestationsPages {
  let routes: Routes

  private var register: ObligationRegister { routes.rooms.register }

  func add() {
    routes.page("attestations", for: .read) { visit in
      let wanted = DecisionFilter(visit, states: AttestationsModel.states, in: register.catalogue)
      let model = AttestationsModel(try await register.book().book, by: wanted)
      return .page(Page("attestations", heading: "Attestations", menu: .attestations, model: model))
    }
    routes.page("attestations/new", for: .attest) { visit in
      guard let control = visit.query("control") else { return .seeOther("/attestations") }
      let form = try AttestationForm(for: Code(control), in: register.catalogue, at: visit.now)
      return .page(form.page(try await register.book().book))
    }
    routes.deed("attestations", for: .attest, filesUpTo: Attestation.largestDocument) { visit, sent in
      try await sign(visit, sent)
    }
    routes.page("attestations/{attestation}", for: .read) { visit in .page(try await show(visit)) }
    routes.page("attestations/{attestation}/document", for: .read) { visit in
      guard let document = try await register.document(of: try Self.id(visit)) else { throw Self.notThere }
      return .download(name: document.name, type: "application/octet-stream", bytes: document.bytes)
    }
    routes.deed("attestations/{attestation}/withdrawal", for: .attest) { visit, _ in
      let id = try Self.id(visit)
      try await register.withdraw(id, by: visit.session.member.author())
      return .seeOther(AttestationText.href(id), .withdrawn)
    }
  }

  private func sign(_ visit: Visit, _ sent: Form) async throws -> PageAnswer {
    let form = try AttestationForm(for: Code(sent["control"]), in: register.catalogue, at: visit.now)
    let (draft, errors) = form.read(sent)
    guard let draft else { return .page(form.page(try await register.book().book, sent: sent, errors: errors)) }
    do {
      let attestation = try await register.attest(draft, by: visit.session.member.author())
      return .seeOther(AttestationText.href(attestation.id), .attested)
    } catch ObligationsError.refused(let reason) {
      let error = FieldError(field: "statement", text: reason)
      return .page(form.page(try await register.book().book, sent: sent, errors: [error]))
    }
  }

  private func show(_ visit: Visit) async throws -> Page {
    let id = try Self.id(visit)
    guard let attestation = try await register.attestations().first(where: { $0.id == id }) else {
      throw Self.notThere
    }
    let catalogue = register.catalogue
    let text = AttestationText(
      attestation, in: catalogue, owner: catalogue.owners[attestation.control], at: visit.now)
    let entry = try await EntryText.of(attestation.entry, in: routes.rooms.journal, asOf: visit.now)
    let model = AttestationModel(
      attestation, as: text, entry: entry, asked: visit.query("confirm"),
      isRenewable: catalogue.control(attestation.control)?.attestation != nil)
    return Page("attestation", heading: text.title, menu: .attestations, model: model)
  }

  private static func id(_ visit: Visit) throws -> Identifier<Attestation> {
    guard let id = Identifier<Attestation>(try visit.parameter("attestation")) else { throw notThere }
    return id
  }

  private static let notThere = Problem(.notFound, "There is no such attestation.")
}
