import Crypto
import Foundation
import Primitives

/// A file of a backup: `surety-backup-1`, a line end, 20 bytes of nonce, then pieces of 256 KiB, each sealed for its place
/// in this file of this backup, so that none can be changed, exchanged or left out.
enum BackupFile {
  static let opening = Array("surety-backup-1\n".utf8)

  /// What every piece authenticates.
  static func context(_ backup: String, _ name: String) -> [UInt8] { Array("surety-backup-1\n\(backup)\n\(name)".utf8) }

  /// Writes a file; nothing has its name until ``finish()``.
  final class Writer {
    private let path: String
    private let descriptor: Int32
    private let sealing: SealedFile
    private var waiting: [UInt8] = []
    private var number = 0
    private var hash = SHA256()
    private var size = 0
    private var isOpen = true

    private static let flag = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC

    init(
      _ path: String, name: String, of backup: String, under key: SecretBytes, _ surroundings: Surroundings
    ) throws(VaultError) {
      self.path = path
      sealing = try SealedFile(
        authenticating: BackupFile.context(backup, name), nonce: surroundings.randomBytes(ExtendedNonce.length),
        under: key)
      descriptor = Foundation.open("\(path).part", Self.flag, 0o600)
      guard descriptor >= 0 else { throw Self.failure(path) }
      try write(BackupFile.opening + sealing.nonce)
    }

    deinit {
      guard isOpen else { return }
      close(descriptor)
      unlink("\(path).part")
    }

    func append(_ bytes: [UInt8]) throws(VaultError) {
      waiting += bytes
      // The last piece is known as such only at the end.
      while waiting.count > SealedFile.pieceLength {
        let piece = Array(waiting.prefix(SealedFile.pieceLength))
        waiting.removeFirst(SealedFile.pieceLength)
        try write(try sealing.seal(piece, number: number, isLast: false))
        number += 1
      }
    }

    /// Ends the file, on disk and under its name.
    func finish() throws(VaultError) -> (size: Int, sha256: [UInt8]) {
      try write(try sealing.seal(waiting, number: number, isLast: true))
      guard fsync(descriptor) == 0 else { throw Self.failure(path) }
      close(descriptor)
      isOpen = false
      guard rename("\(path).part", path) == 0 else { throw Self.failure(path) }
      return (size, Array(hash.finalize()))
    }

    private func write(_ bytes: [UInt8]) throws(VaultError) {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { throw Self.failure(path) }
        rest = rest.dropFirst(count)
      }
      hash.update(data: bytes)
      size += bytes.count
    }

    static func failure(_ path: String) -> VaultError {
      .unusableBackup(file: path, reason: "it cannot be written (\(String(cString: strerror(errno))))")
    }
  }

  /// Reads a file, piece by piece.
  final class Reader {
    private let name: String
    private let file: FileHandle
    private let sealing: SealedFile
    private var next: [UInt8]
    private var number = 0
    private var hash = SHA256()
    private(set) var size = 0
    private var isAtEnd = false

    private static let stored = SealedFile.pieceLength + FieldCipher.tagLength

    init(_ path: String, name: String, of backup: String, under key: SecretBytes) throws(VaultError) {
      self.name = name
      guard let file = FileHandle(forReadingAtPath: path) else {
        throw .unusableBackup(file: path, reason: "it cannot be read")
      }
      self.file = file
      let head = Self.read(file, BackupFile.opening.count + ExtendedNonce.length)
      guard head.starts(with: BackupFile.opening) else {
        throw .unusableBackup(file: path, reason: "it is no file of a backup that this version knows")
      }
      sealing = try SealedFile(
        authenticating: BackupFile.context(backup, name), nonce: Array(head.dropFirst(BackupFile.opening.count)),
        under: key)
      hash.update(data: head)
      size = head.count
      next = Self.read(file, Self.stored)
    }

    private static func read(_ file: FileHandle, _ count: Int) -> [UInt8] {
      var bytes: [UInt8] = []
      while bytes.count < count, let more = try? file.read(upToCount: count - bytes.count), !more.isEmpty {
        bytes += more
      }
      return bytes
    }

    /// The next piece; nil behind the last.
    func piece() throws(VaultError) -> [UInt8]? {
      guard !isAtEnd else { return nil }
      let current = next
      next = Self.read(file, Self.stored)
      isAtEnd = next.isEmpty
      hash.update(data: current)
      size += current.count
      do {
        defer { number += 1 }
        return try sealing.open(current, number: number, isLast: isAtEnd)
      } catch {
        throw .unusableBackup(
          file: name, reason: "piece \(number + 1) does not open: it was changed, exchanged or cut off")
      }
    }

    /// The hash of all that was read.
    var sha256: [UInt8] { Array(hash.finalize()) }
  }
}
