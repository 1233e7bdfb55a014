//! Whether probabilities can be believed.

/// Expected calibration error: texts in ten bins of equal width by probability; the mean over the texts
/// of how far the mean probability of their bin lies from the share of it that is true (Naeini, Cooper
/// and Hauskrecht 2015). 0 is best. Undefined without texts.
///
/// ```
/// use leitmotif::evaluate::trust::expected_calibration_error;
/// let error = expected_calibration_error(&[(0.9, true), (0.9, false)]).unwrap();
/// assert!((error - 0.4).abs() < 1e-12);
/// ```
pub fn expected_calibration_error(judged: &[(f64, bool)]) -> Option<f64> {
    let mut bins = [(0.0, 0.0); 10];
    for &(probability, truth) in judged {
        let (sum, n_true) = &mut bins[((probability * 10.0) as usize).min(9)];
        *sum += probability;
        *n_true += f64::from(u8::from(truth));
    }
    let apart: f64 = bins.iter().map(|(sum, n_true)| (sum - n_true).abs()).sum();
    (!judged.is_empty()).then(|| apart / judged.len() as f64)
}

/// Brier score: the mean squared distance of the probability from the truth (Brier 1950). 0 is best. Undefined without
/// texts.
///
/// ```
/// use leitmotif::evaluate::trust::brier;
/// assert_eq!(brier(&[(0.5, true), (1.0, true)]), Some(0.125));
/// ```
pub fn brier(judged: &[(f64, bool)]) -> Option<f64> {
    let distance =
        |&(probability, truth): &(f64, bool)| (probability - f64::from(u8::from(truth))).powi(2);
    (!judged.is_empty()).then(|| judged.iter().map(distance).sum::<f64>() / judged.len() as f64)
}

/// Brier skill: 1 - B / B0, with B the mean squared distance of the probability from the truth and B0
/// that of always saying the share of the texts that are true (Brier 1950; Murphy 1973). 1 is best, 0 no
/// better than knowing the share. Undefined where all texts are true or none is.
///
/// ```
/// use leitmotif::evaluate::trust::brier_skill;
/// assert_eq!(brier_skill(&[(1.0, true), (0.0, false)]), Some(1.0));
/// assert_eq!(brier_skill(&[(0.5, true), (0.5, false)]), Some(0.0));
/// assert_eq!(brier_skill(&[(0.5, true)]), None);
/// ```
pub fn brier_skill(judged: &[(f64, bool)]) -> Option<f64> {
    let n_true = judged.iter().filter(|(_, truth)| *truth).count() as f64;
    let share = n_true / judged.len() as f64;
    let of_share = share * (1.0 - share);
    brier(judged).filter(|_| of_share > 0.0).map(|brier| 1.0 - brier / of_share)
}
