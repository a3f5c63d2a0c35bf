"""What came of randomised trials of patrols: analysed as it was fixed beforehand, and published whatever it says."""
