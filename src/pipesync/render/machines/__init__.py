"""What CI services read of a plan, a spec, drift or an outcome: SARIF, JUnit's XML, annotations, numbers."""
