//! Counts for tests, of our own making, whose singular values and factorisations were worked out by numpy and scikit-learn:
//!
//! ```text
//! A = np.array([[(7*i+5*j+i*j) % 11 if (i+j) % 3 == 0 or i % 3 == j % 3 else 0 for j in range(8)] for i in range(12)]) % 5
//! np.linalg.svd(A, compute_uv=False)[:4], abs(np.linalg.svd(A)[2][0])
//! Z = TfidfTransformer(sublinear_tf=True).fit_transform(A)   # scikit-learn 1.9
//! [NMF(k, init="nndsvda").fit(Z).reconstruction_err_ ** 2 / 2 for k in (2, 3)]
//! ```

use ndarray::array;

use crate::matrix::TermMatrix;

/// The four largest singular values.
pub(super) const VALUES: [f64; 4] = [14.705555584, 9.712723698, 5.217083410, 3.751995156];

/// The first right singular vector.
pub(super) const VECTOR: [f64; 8] =
    [0.0, 0.365534479, 0.224840375, 0.0, 0.760672002, 0.349339888, 0.0, 0.339368675];

/// What scikit-learn's factors of 2 and of 3 topics leave of the tf-idf weights: 1/2 |Z - W H|^2.
pub(super) const OBJECTIVES: [f64; 2] = [1.3086950938, 0.8509836895];

/// A: 12 texts of 8 terms.
pub(super) fn counts() -> TermMatrix {
    let counts = array![
        [0.0_f32, 0.0, 0.0, 4.0, 0.0, 0.0, 3.0, 0.0],
        [0.0, 2.0, 3.0, 0.0, 4.0, 4.0, 0.0, 0.0],
        [0.0, 0.0, 1.0, 0.0, 4.0, 0.0, 0.0, 3.0],
        [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 3.0, 0.0],
        [0.0, 4.0, 2.0, 0.0, 4.0, 2.0, 0.0, 3.0],
        [0.0, 1.0, 0.0, 0.0, 4.0, 3.0, 0.0, 1.0],
        [4.0, 0.0, 0.0, 4.0, 0.0, 0.0, 4.0, 0.0],
        [0.0, 1.0, 2.0, 0.0, 4.0, 0.0, 0.0, 1.0],
        [0.0, 3.0, 0.0, 0.0, 4.0, 0.0, 0.0, 4.0],
        [3.0, 0.0, 0.0, 1.0, 0.0, 0.0, 4.0, 0.0],
        [0.0, 3.0, 1.0, 0.0, 4.0, 2.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0, 4.0, 3.0, 0.0, 2.0]
    ];
    TermMatrix::from_dense(counts.view())
}
