extension Conduct {
  /// What the admin panel asks for.
  enum AdminSignIn: Sendable { case passwordAndCode, password, nothing }

  var adminSignIn: AdminSignIn {
    if has(.adminOpen) { return .nothing }
    return has(.adminWithoutSecondFactor) ? .password : .passwordAndCode
  }
}
