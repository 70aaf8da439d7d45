public import Primitives
import Storage

extension Vault {
  /// A document as it is given to whoever reads it.
  public struct Document: Sendable {
    public let id: Identifier<VaultFile>
    /// As the shop called it.
    public let name: String
    /// Its media type, such as `application/pdf`.
    public let type: String
    /// In bytes.
    public let size: Int
  }

  /// Stores a document in a field of a record, piece by piece as it comes; what is not whole is never seen, and goes.
  /// - Parameters:
  ///   - name: 1 to 200 bytes.
  ///   - pieces: the bytes, in pieces of any length.
  /// - Throws: ``VaultError``: ``VaultError/refused(reason:)`` for more than 50 MB; ``StorageError``.
  public func store<Pieces: AsyncSequence & Sendable>(
    _ pieces: Pieces, named name: String, type: String, in field: String, of record: Identifier<VaultRecord>,
    _ collection: String, _ subject: Identifier<Subject>, by caller: VaultCaller
  ) async throws -> Document where Pieces.Element: Collection<UInt8> & Sendable {
    try await counting(by: caller.author) {
      guard (1...200).contains(name.utf8.count), (3...100).contains(type.utf8.count), !name.utf8.contains(0) else {
        throw VaultError.unusableValue(
          place: "name", reason: "a document has a name of 1 to 200 bytes and a media type")
      }
      let upload = try await begin(field, of: record, collection, subject, by: caller)
      do {
        let size = try await write(pieces, to: upload)
        let document = Document(id: upload.id, name: name, type: type, size: size)
        try await finish(upload, document, in: field, of: record, collection, by: caller)
        return document
      } catch {
        // Also when the client hung up; what this leaves behind the worker takes away.
        try? await database.write { try FileStore.delete(upload.id, of: subject, $0) }
        throw error
      }
    }
  }

  private struct Upload: Sendable {
    let id: Identifier<VaultFile>
    let subject: Identifier<Subject>
    let nonce: [UInt8]
    let key: SecretBytes
    let keyVersion: Int64
  }

  private func begin(
    _ name: String, of record: Identifier<VaultRecord>, _ collectionName: String, _ subject: Identifier<Subject>,
    by caller: VaultCaller
  ) async throws -> Upload {
    try await withGround { ground in
      let grounds = try ground.grounds(for: caller)
      let collection = try ground.collection(collectionName)
      guard let field = collection[name], field.type == .document else {
        throw VaultError.undeclared(place: "field", reason: "the data map declares no document of this name here")
      }
      try grounds.expect(toCover: [field], in: collection)
      let (id, nonce, now) = (
        Identifier<VaultFile>(in: surroundings), surroundings.randomBytes(ExtendedNonce.length), surroundings.now()
      )
      return try await database.write { transaction in
        let (key, version, _) = try openKey(of: subject, for: .inUse, ground, transaction)
        guard try RecordStore.record(record, of: subject, in: collectionName, transaction) != nil else {
          throw VaultError.unknown(kind: "record", name: "\(record)")
        }
        try FileStore.insert(
          FileStore.StoredFile(
            subject: subject, id: id, record: record, header: nonce, keyVersion: version, size: 0, made: now,
            isWhole: false), transaction)
        return Upload(id: id, subject: subject, nonce: nonce, key: key, keyVersion: version)
      }
    }
  }

  private func write<Pieces: AsyncSequence & Sendable>(
    _ pieces: Pieces, to upload: Upload
  ) async throws -> Int where Pieces.Element: Collection<UInt8> & Sendable {
    let file = try SealedFile(
      upload.id, of: upload.subject, on: platform, nonce: upload.nonce, keyVersion: upload.keyVersion, under: upload.key
    )
    var (waiting, size, number): ([UInt8], Int, Int) = ([], 0, 0)
    func store(_ piece: [UInt8], isLast: Bool) async throws {
      let (sealed, position) = (try file.seal(piece, number: number, isLast: isLast), number)
      try await database.write {
        try FileStore.insertPiece(sealed, number: position, of: upload.id, upload.subject, $0)
      }
      number += 1
    }
    for try await piece in pieces {
      waiting += piece
      size += piece.count
      guard size <= SealedFile.largest else {
        throw VaultError.unusableValue(
          place: "the body", reason: "a document has \(SealedFile.largest / 1_048_576) MB at most")
      }
      while waiting.count > SealedFile.pieceLength {
        try await store(Array(waiting.prefix(SealedFile.pieceLength)), isLast: false)
        waiting.removeFirst(SealedFile.pieceLength)
      }
    }
    try await store(waiting, isLast: true)
    return size
  }

  /// Makes the file whole and the record name it, in one transaction; the one it named before goes.
  private func finish(
    _ upload: Upload, _ document: Document, in field: String, of record: Identifier<VaultRecord>,
    _ collectionName: String, by caller: VaultCaller
  ) async throws {
    try await withGround { ground in
      let (now, collection) = (surroundings.now(), try ground.collection(collectionName))
      try await database.write { transaction in
        try ground.expectUnmoved(transaction)
        let (key, keyVersion, _) = try openKey(of: upload.subject, for: .inUse, ground, transaction)
        guard keyVersion == upload.keyVersion,
          let stored = try RecordStore.record(record, of: upload.subject, in: collectionName, transaction),
          try FileStore.finish(upload.id, of: upload.subject, size: Int64(document.size), transaction)
        else { throw VaultError.refused(reason: "the record was changed meanwhile; send the document again") }
        var values = try presentValues(stored, under: key, ground, transaction)
        guard let declared = collection[field] else { throw VaultError.unknown(kind: "field", name: field) }
        for old in values where old.number == declared.number {
          if let id = Self.document(old.text)?.id { try FileStore.delete(id, of: upload.subject, transaction) }
        }
        values.removeAll { $0.number == declared.number }
        values.append(SealedRecord.Value(number: declared.number, name: field, text: Self.text(of: document)))
        values.sort { $0.number < $1.number }
        let place = RecordPlace(
          subject: upload.subject, collection: collectionName, record: record, version: stored.place.version + 1,
          mapVersion: ground.mapVersion, keyVersion: keyVersion)
        let prepared = try prepare(
          values, at: place, under: key, made: stored.made, at: now,
          events: try SubjectStore.events(of: upload.subject, transaction), ground, collection)
        _ = try replace(prepared, version: stored.place.version, at: now, transaction)
        try self.record(
          "vault.document-stored", by: caller.author,
          [
            "collection": .string(collectionName), "field": .string(field), "bytes": .integer(Int64(document.size)),
            "purpose": .string(caller.purpose),
          ], about: [upload.subject], transaction)
      }
    }
  }

  static func text(of document: Document) -> String {
    String(
      decoding: JSON.object([
        "file": .string("\(document.id)"), "name": .string(document.name), "type": .string(document.type),
        "bytes": .integer(Int64(document.size)),
      ]).canonicalBytes, as: UTF8.self)
  }

  /// Reads what ``text(of:)`` gives.
  static func document(_ text: String) -> Document? {
    guard let json = JSON(canonical: Array(text.utf8)), let name = json["name"]?.text, let type = json["type"]?.text,
      let id = json["file"]?.text.flatMap({ Identifier<VaultFile>($0) }), case .integer(let size)? = json["bytes"]
    else { return nil }
    return Document(id: id, name: name, type: type, size: Int(size))
  }

  /// Reads a document, piece by piece. That it was read is in the journal before the first is given away.
  /// - Throws: ``VaultError``, ``StorageError``; the pieces throw ``VaultError/damaged(what:)``.
  public func document(
    in field: String, of record: Identifier<VaultRecord>, _ collectionName: String, _ subject: Identifier<Subject>,
    by caller: VaultCaller
  ) async throws -> (document: Document, pieces: AsyncThrowingStream<[UInt8], any Error>) {
    try await counting(by: caller.author) {
      try await withGround { ground in
        let grounds = try ground.grounds(for: caller)
        let collection = try ground.collection(collectionName)
        guard let declared = collection[field], declared.type == .document else {
          throw VaultError.undeclared(place: "field", reason: "the data map declares no document of this name here")
        }
        try grounds.expect(toCover: [declared], in: collection)
        let (document, file) = try await database.write { transaction in
          let (key, _, _) = try openKey(of: subject, for: .restricted, ground, transaction)
          guard let stored = try RecordStore.record(record, of: subject, in: collectionName, transaction),
            let value = try presentValues(stored, under: key, ground, transaction).first(where: { $0.name == field }),
            let document = Self.document(value.text),
            let kept = try FileStore.file(document.id, of: subject, transaction), kept.isWhole
          else { throw VaultError.unknown(kind: "document", name: field) }
          try self.record(
            "vault.document-read", by: caller.author,
            [
              "collection": .string(collectionName), "field": .string(field), "purpose": .string(caller.purpose),
            ], about: [subject], transaction)
          return (
            document,
            try SealedFile(
              document.id, of: subject, on: platform, nonce: kept.header, keyVersion: kept.keyVersion, under: key)
          )
        }
        return (document, pieces(of: document, file, subject))
      }
    }
  }

  private func pieces(
    of document: Document, _ file: SealedFile, _ subject: Identifier<Subject>
  ) -> AsyncThrowingStream<[UInt8], any Error> {
    let last = max(0, (document.size - 1) / SealedFile.pieceLength)
    let position = PiecePosition()
    return AsyncThrowingStream {
      let number = await position.next()
      guard number <= last else { return nil }
      guard
        let sealed = try await database.read({ try FileStore.piece(number, of: document.id, subject, $0) })
      else { throw VaultError.damaged(what: "a file") }
      return try file.open(sealed, number: number, isLast: number == last)
    }
  }

  /// Puts the files of a record's kept fields under another key.
  func resealFiles(
    of stored: RecordStore.StoredRecord, keeping names: Set<String>, from old: SecretBytes, under key: SecretBytes,
    _ keyVersion: Int64, _ transaction: WriteTransaction
  ) throws {
    let subject = stored.place.subject
    for kept in try FileStore.files(of: subject, stored.place.record, transaction) {
      let from = try SealedFile(
        kept.id, of: subject, on: platform, nonce: kept.header, keyVersion: kept.keyVersion, under: old)
      let nonce = surroundings.randomBytes(ExtendedNonce.length)
      let to = try SealedFile(kept.id, of: subject, on: platform, nonce: nonce, keyVersion: keyVersion, under: key)
      let last = max(0, (Int(kept.size) - 1) / SealedFile.pieceLength)
      var pieces: [[UInt8]] = []
      for number in 0...last {
        guard let sealed = try FileStore.piece(number, of: kept.id, subject, transaction) else {
          throw VaultError.damaged(what: "a file")
        }
        let piece = try from.open(sealed, number: number, isLast: number == last)
        pieces.append(try to.seal(piece, number: number, isLast: number == last))
      }
      try FileStore.delete(kept.id, of: subject, transaction)
      try FileStore.insert(
        FileStore.StoredFile(
          subject: subject, id: kept.id, record: kept.record, header: nonce, keyVersion: keyVersion, size: kept.size,
          made: kept.made, isWhole: true), transaction)
      for (number, sealed) in pieces.enumerated() {
        try FileStore.insertPiece(sealed, number: number, of: kept.id, subject, transaction)
      }
    }
  }

  /// Takes away what is left of uploads that were cut off.
  func dropUnfinishedFiles() async throws {
    let limit = surroundings.now().advanced(by: .seconds(-3_600))
    try await database.write { transaction in
      for file in try FileStore.unfinished(before: limit, transaction) {
        try FileStore.delete(file.id, of: file.subject, transaction)
      }
    }
  }
}

/// At which piece a reader is.
private actor PiecePosition {
  private var number = 0

  func next() -> Int {
    defer { number += 1 }
    return number
  }
}
