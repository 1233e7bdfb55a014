//! Named arrays back to numbers and terms, every shape and value checked as they are taken out.

use ndarray::{Array1, Array2};
use safetensors::tensor::{Dtype, SafeTensors};

use super::LEAF;
use super::container::wrong;
use crate::classify::trees::Node;
use crate::classify::{Band, KernelModel, LinearModel, TreeModel};
use crate::error::Result;
use crate::vectorize::Vocabulary;

/// The arrays of a file, checked as they are taken out.
pub(super) struct Arrays<'a>(pub SafeTensors<'a>);

impl Arrays<'_> {
    fn bytes(&self, name: &str, dtype: Dtype, shape: Option<&[usize]>) -> Result<&[u8]> {
        let view = self.0.tensor(name).map_err(|_| wrong(&format!("{name} is missing")))?;
        let fits = shape.is_none_or(|shape| view.shape() == shape);
        if view.dtype() != dtype || view.shape().is_empty() || !fits {
            return Err(wrong(&format!("{name} has another form")));
        }
        Ok(view.data())
    }

    pub fn f32s(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let (values, _) = self.bytes(name, Dtype::F32, Some(shape))?.as_chunks::<4>();
        let values: Vec<f32> = values.iter().map(|&v| f32::from_le_bytes(v)).collect();
        // All are looked at, without a stop at the first, which goes many at a time.
        let n_infinite = values.iter().map(|v| u32::from(!v.is_finite())).sum::<u32>();
        if n_infinite == 0 { Ok(values) } else { Err(wrong(name)) }
    }

    pub fn f64s(&self, name: &str, shape: &[usize]) -> Result<Vec<f64>> {
        let (values, _) = self.bytes(name, Dtype::F64, Some(shape))?.as_chunks::<8>();
        let values: Vec<f64> = values.iter().map(|&v| f64::from_le_bytes(v)).collect();
        // What is larger was never learned, and its sums could overflow.
        if values.iter().all(|v| v.abs() <= 1e30) { Ok(values) } else { Err(wrong(name)) }
    }

    /// Hashes, rising.
    pub fn u64s(&self, name: &str) -> Result<Vec<u64>> {
        let (values, _) = self.bytes(name, Dtype::U64, None)?.as_chunks::<8>();
        let values: Vec<u64> = values.iter().map(|&v| u64::from_le_bytes(v)).collect();
        if values.is_sorted_by(|a, b| a < b) { Ok(values) } else { Err(wrong(name)) }
    }

    pub fn bands(&self, n_labels: usize) -> Result<Vec<Band>> {
        // One text gives no out-of-fold scores and so no bands.
        if self.0.tensor("bands").is_err() {
            return Ok(Vec::new());
        }
        let values = self.f64s("bands", &[n_labels, 2])?;
        Ok(values.chunks_exact(2).map(|v| Band { low: v[0], high: v[1] }).collect())
    }

    /// The numbers of an array that has so many columns, and how many rows.
    fn u32s(&self, name: &str, n_columns: usize) -> Result<Vec<u32>> {
        let (values, rest) = self.bytes(name, Dtype::U32, None)?.as_chunks::<4>();
        if !rest.is_empty() || !values.len().is_multiple_of(n_columns) {
            return Err(wrong(name));
        }
        Ok(values.iter().map(|&v| u32::from_le_bytes(v)).collect())
    }

    pub fn linear(&self, n_terms: usize, n_labels: usize) -> Result<LinearModel> {
        let weights = self.f32s("weights", &[n_terms, n_labels])?;
        let weights = shaped(n_terms, n_labels, weights)?;
        Ok(LinearModel::new(weights, Array1::from(self.f32s("bias", &[n_labels])?)))
    }

    pub fn kernel(&self, n_terms: usize, n_labels: usize, width: f64) -> Result<KernelModel> {
        let columns = self.u32s("columns", 1)?;
        let rises = columns.is_sorted_by(|a, b| a < b);
        let is_known = columns.last().is_none_or(|&last| (last as usize) < n_terms);
        if !(rises && is_known && width.is_finite() && width > 0.0) {
            return Err(wrong("columns"));
        }
        let view = self.0.tensor("vectors").map_err(|_| wrong("vectors is missing"))?;
        let n_vectors = *view.shape().first().ok_or_else(|| wrong("vectors"))?;
        let vectors = self.f32s("vectors", &[n_vectors, columns.len()])?;
        let vectors = shaped(n_vectors, columns.len(), vectors)?;
        let weights = shaped(n_vectors, n_labels, self.f64s("weights", &[n_vectors, n_labels])?)?;
        let rho = Array1::from(self.f64s("rho", &[n_labels])?);
        Ok(KernelModel::new(columns, vectors, weights, rho, width))
    }

    pub fn trees(&self, n_terms: usize, n_labels: usize) -> Result<TreeModel> {
        let links = self.u32s("links", 3)?;
        let (links, _) = links.as_chunks::<3>();
        let values = self.f64s("values", &[links.len()])?;
        let node = |(&[term, below, above], at): (&[u32; 3], f64)| {
            if [term, below, above] == [LEAF; 3] {
                Ok(Node::Leaf(at))
            } else if (term as usize) < n_terms {
                Ok(Node::Split { term, at, below, above })
            } else {
                Err(wrong("links"))
            }
        };
        let nodes = links.iter().zip(values).map(node).collect::<Result<Vec<Node>>>()?;
        let roots = self.u32s("roots", 2)?;
        let roots = roots.as_chunks::<2>().0.iter().map(|&[root, label]| (root, label)).collect();
        TreeModel::new(nodes, roots, n_labels).ok_or_else(|| wrong("trees"))
    }

    /// Number of terms of all blocks, as their idf tell.
    pub fn n_terms(&self, n_blocks: usize) -> Result<usize> {
        let of_block = |block| Ok(self.bytes(&format!("idf.{block}"), Dtype::F32, None)?.len() / 4);
        (0..n_blocks).map(of_block).sum()
    }

    /// The terms of one block in order, and their idf; that no term stands twice is for the caller to look at.
    pub fn vocabulary(&self, block: usize) -> Result<(Vocabulary, Vec<f32>)> {
        let vocabulary = self.terms(&block.to_string())?;
        let idf = self.f32s(&format!("idf.{block}"), &[vocabulary.len()])?;
        if idf.iter().any(|&idf| idf <= 0.0) {
            return Err(wrong("idf"));
        }
        Ok((vocabulary, idf))
    }

    /// The terms of the arrays `terms.NAME` and `ends.NAME`; the same for the caller to look at.
    pub fn terms(&self, name: &str) -> Result<Vocabulary> {
        let text = self.bytes(&format!("terms.{name}"), Dtype::U8, None)?;
        let text = std::str::from_utf8(text).map_err(|_| wrong("terms"))?;
        let (ends, _) = self.bytes(&format!("ends.{name}"), Dtype::U32, None)?.as_chunks::<4>();
        let ends: Vec<usize> = ends.iter().map(|&end| u32::from_le_bytes(end) as usize).collect();
        Vocabulary::from_parts(text.to_string(), ends).ok_or_else(|| wrong("terms"))
    }

    /// A matrix of this shape.
    pub fn matrix(&self, name: &str, n_rows: usize, n_columns: usize) -> Result<Array2<f32>> {
        shaped(n_rows, n_columns, self.f32s(name, &[n_rows, n_columns])?)
    }

    /// How many columns the matrix of this name has.
    pub fn n_columns(&self, name: &str) -> Result<usize> {
        let view = self.0.tensor(name).map_err(|_| wrong(&format!("{name} is missing")))?;
        view.shape().get(1).copied().ok_or_else(|| wrong(name))
    }
}

fn shaped<T>(n_rows: usize, n_columns: usize, values: Vec<T>) -> Result<Array2<T>> {
    Array2::from_shape_vec((n_rows, n_columns), values).map_err(|_| wrong("shapes"))
}
