//! stub
use ndarray::Array2;
use linfa::ParamGuard;
use crate::error::{Error,Result};
use crate::matrix::{Row,TermMatrix};
use super::seeded::Given;
#[derive(Debug,Clone)] pub struct LdaModel { pub weights: Array2<f32>, pub alpha: Vec<f64>, pub beta: f64, pub mixtures: Array2<f32>, pub shares: Vec<f32>, pub log_likelihood_per_word: Option<f64> }
#[derive(Debug,Clone,Default)] pub struct LdaScratch;
impl LdaModel { pub fn mixture(&self, _c: Row<'_>, _s: &mut LdaScratch)->Vec<f32>{ self.shares.clone() } }
#[derive(Debug,Clone)] pub struct LdaParams(LdaValidParams);
#[derive(Debug,Clone)] pub struct LdaValidParams{k:usize}
impl LdaParams { pub fn new(k:usize)->Self{LdaParams(LdaValidParams{k})} pub fn seed(self,_:u64)->Self{self} pub fn n_sweeps(self,_:usize)->Self{self} pub fn given(self,_:Vec<Given>)->Self{self} }
impl ParamGuard for LdaParams { type Checked=LdaValidParams; type Error=Error; fn check_ref(&self)->Result<&LdaValidParams>{Ok(&self.0)} fn check(self)->Result<LdaValidParams>{Ok(self.0)} }
impl LdaValidParams { pub fn fit_watched(&self, c:&TermMatrix, _:&(dyn Fn(usize)+Sync))->Result<LdaModel>{ let k=self.k; Ok(LdaModel{weights:Array2::from_elem((k,c.n_terms()),1.0/c.n_terms() as f32),alpha:vec![0.1;k],beta:0.01,mixtures:Array2::zeros((0,k)),shares:vec![1.0/k as f32;k],log_likelihood_per_word:None}) } }
pub type OnlineLdaParams = LdaParams;
impl LdaParams { pub const PASSES: usize = 1; }
pub mod held_out { }
