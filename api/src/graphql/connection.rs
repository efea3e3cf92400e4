//! Relay connections over keyset cursors.

use async_graphql::SimpleObject;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Code, Error, Refusal};

/// Rows of a page when none are asked for.
pub const DEFAULT_PAGE: i32 = 20;
/// Most rows of a page.
pub const LARGEST_PAGE: i32 = 100;

/// Where a page lies in its list.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct PageInfo {
    /// Whether more rows follow.
    pub has_next_page: bool,
    /// Whether rows come before; known only to be so when `after` was given.
    pub has_previous_page: bool,
    /// Cursor of the first row.
    pub start_cursor: Option<String>,
    /// Cursor of the last row: `after` of the next page.
    pub end_cursor: Option<String>,
}

/// How many rows are wanted, after which.
#[derive(Clone, Debug)]
pub struct Window<C> {
    /// Rows of this page.
    pub first: usize,
    /// Where the page before ended.
    pub after: Option<C>,
}

impl<C: DeserializeOwned> Window<C> {
    /// Reads `first` and `after`; more than [`LARGEST_PAGE`] rows are cut to it.
    pub fn new(first: Option<i32>, after: Option<&str>) -> Result<Self, Error> {
        let first = first.unwrap_or(DEFAULT_PAGE);
        if first < 0 {
            return Err(Refusal { field: vec!["first"], ..Refusal::new(Code::InvalidValue) }.into());
        }
        let malformed = || Refusal { field: vec!["after"], ..Refusal::new(Code::InvalidValue) };
        let after = after
            .map(|cursor| {
                let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| malformed())?;
                // A cursor of ours holds no NUL, and PostgreSQL takes none.
                if bytes.windows(6).any(|escape| escape == b"\\u0000") {
                    return Err(malformed());
                }
                serde_json::from_slice(&bytes).map_err(|_| malformed())
            })
            .transpose()?;
        Ok(Self { first: usize::try_from(first.min(LARGEST_PAGE)).unwrap_or(0), after })
    }

    /// How many rows to fetch: one more than wanted tells whether another page follows.
    pub fn fetch(&self) -> u64 {
        self.first as u64 + 1
    }
}

/// A page of rows with their cursors.
pub struct Page<R> {
    /// Each row behind its cursor.
    pub rows: Vec<(String, R)>,
    /// Where the page lies.
    pub page_info: PageInfo,
}

impl<R> Page<R> {
    /// Cuts the fetched rows to the window.
    pub fn new<C: Serialize>(window: &Window<C>, mut fetched: Vec<R>, key: impl Fn(&R) -> C) -> Result<Self, Error> {
        let has_next_page = fetched.len() > window.first;
        fetched.truncate(window.first);
        let rows = fetched
            .into_iter()
            .map(|row| Ok((URL_SAFE_NO_PAD.encode(serde_json::to_vec(&key(&row))?), row)))
            .collect::<Result<Vec<_>, Error>>()?;
        let page_info = PageInfo {
            has_next_page,
            has_previous_page: window.after.is_some(),
            start_cursor: rows.first().map(|(cursor, _)| cursor.clone()),
            end_cursor: rows.last().map(|(cursor, _)| cursor.clone()),
        };
        Ok(Self { rows, page_info })
    }
}

/// Declares the connection and edge types of a node; the connection's count is resolved only when asked for.
#[macro_export]
macro_rules! connection {
    ($(#[$doc:meta])* $connection:ident, $edge:ident, $node:ty, count: $count:ty) => {
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        #[graphql(complex)]
        pub struct $connection {
            /// The rows with their cursors.
            pub edges: Vec<$edge>,
            /// Where the page lies in the list.
            pub page_info: $crate::graphql::connection::PageInfo,
            #[graphql(skip)]
            /// How to count the whole list.
            pub count: $count,
        }

        /// A row of a list with its cursor.
        #[derive(async_graphql::SimpleObject)]
        pub struct $edge {
            /// Place of the row in the list, for `after`.
            pub cursor: String,
            /// The row.
            pub node: $node,
        }

        impl $connection {
            /// From a page.
            pub fn new<R: Into<$node>>(page: $crate::graphql::connection::Page<R>, count: $count) -> Self {
                let edges = page.rows.into_iter().map(|(cursor, row)| $edge { cursor, node: row.into() }).collect();
                Self { edges, page_info: page.page_info, count }
            }
        }

        #[async_graphql::ComplexObject]
        impl $connection {
            /// The rows alone.
            async fn nodes(&self) -> Vec<&$node> {
                self.edges.iter().map(|edge| &edge.node).collect()
            }

            /// How many rows the whole list has, before paging.
            async fn total_count(&self, context: &async_graphql::Context<'_>) -> async_graphql::Result<i32> {
                let count = self.count.count(context).await?;
                Ok(i32::try_from(count).unwrap_or(i32::MAX))
            }
        }
    };
}
