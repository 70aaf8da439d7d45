import Foundation

/// How long a blind index is to be, so that it finds without telling too much: as CipherSweet's planner has it.
///
/// With R records, and indexes of L bits each over fields of K bits, a value is expected to share its index with
/// C = max(1, R) / 2^Σmin(L, K) others. C is to stay between 2, so that an index alone names nobody, and √R, so that a
/// search opens few records in vain. The sum goes over all indexes of a field.
public enum IndexPlan {
  /// Below so many records no index hides anything.
  public static let fewest = 16

  /// How many records are expected to share an index.
  /// - Parameter bits: for each index on the field, the smaller of its length and of what the field can tell apart.
  public static func coincidences(records: Int, bits: [Int]) -> Double {
    Double(max(1, records)) / pow(2, Double(min(512, bits.reduce(0, +))))
  }

  /// The bounds for one more index.
  /// - Parameter existing: the bits of the indexes that the field has already.
  /// - Returns: the shortest length that finds well, and the longest that still hides, in bits; nil where there is none.
  public static func bounds(records: Int, existing: [Int] = []) -> ClosedRange<Int>? {
    guard records >= fewest else { return nil }
    func coincidences(_ length: Int) -> Double { Self.coincidences(records: records, bits: existing + [length]) }
    guard let longest = (1...256).last(where: { coincidences($0) >= 2 }) else { return nil }
    let shortest = (1...256).first { coincidences($0) <= Double(records).squareRoot() } ?? longest
    return min(shortest, longest)...longest
  }
}
