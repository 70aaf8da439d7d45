extension Catalogue {
  /// The files that the product carries.
  static var shippedFiles: [(name: String, bytes: [UInt8])] {
    [
      (dutiesFile, PackageResources.duties_yaml),
      ("gdpr.yaml", PackageResources.gdpr_yaml),
      ("uk-gdpr.yaml", PackageResources.uk_gdpr_yaml),
      ("pci-dss.yaml", PackageResources.pci_dss_yaml),
      ("nis2.yaml", PackageResources.nis2_yaml),
      ("ccpa.yaml", PackageResources.ccpa_yaml),
      ("lgpd.yaml", PackageResources.lgpd_yaml),
      ("china-e-commerce.yaml", PackageResources.china_e_commerce_yaml),
      ("pipl.yaml", PackageResources.pipl_yaml),
      ("eu-e-commerce.yaml", PackageResources.eu_e_commerce_yaml),
      ("eprivacy.yaml", PackageResources.eprivacy_yaml),
      ("nist-800-207.yaml", PackageResources.nist_800_207_yaml),
    ]
  }
}
