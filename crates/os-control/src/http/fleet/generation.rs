//! JSON of the generations.

use crate::fleet::{environment, generation, installation};
use crate::http::extract::{Data, Json, Path, Query};
use crate::http::guards::{MayInstall, MayReadEnvironment};
use crate::{Code, Control, Result, pagination};
use axum::extract::State;
use os_api::generation as wire;
use os_api::installation::Pagination;
use serde::Deserialize;

const LIST: &str = "generations";

#[derive(Deserialize)]
pub struct Address {
    number: i64,
}

#[derive(Deserialize)]
pub struct Pair {
    number: i64,
    other: i64,
}

pub async fn list(
    State(control): State<Control>,
    access: MayReadEnvironment,
    Query(query): Query<Pagination>,
) -> Result<Data<wire::Generations>> {
    let limit = pagination::read_limit(query.limit)?;
    let before = query.cursor.as_deref().map_or(Ok(i64::MAX), number)?;
    let mut tx = control.db.read().await?;
    let current = environment::get(&mut tx, &access).await?.generation;
    let rows = generation::list(&mut tx, &access, before, limit).await?;
    // Numbers have no gaps: below 1 there is nothing more.
    let last = rows.last().map(|it| it.number).filter(|number| *number > 1);
    let next_cursor = last.map(|number| pagination::write_cursor(LIST, &number.to_be_bytes()));
    let generations = rows.into_iter().map(|it| it.into_wire(current)).collect();
    Ok(Data(wire::Generations { generations, current, next_cursor }))
}

pub async fn show(
    State(control): State<Control>,
    access: MayReadEnvironment,
    Path(address): Path<Address>,
) -> Result<Data<wire::OneGeneration>> {
    let mut tx = control.db.read().await?;
    let current = environment::get(&mut tx, &access).await?.generation;
    let found = generation::get(&mut tx, &access, address.number).await?;
    let generation = found.into_wire(&mut tx, current).await?;
    Ok(Data(wire::OneGeneration { generation, message: None }))
}

pub async fn compare(
    State(control): State<Control>,
    access: MayReadEnvironment,
    Path(pair): Path<Pair>,
) -> Result<Data<wire::GenerationDiff>> {
    let mut tx = control.db.read().await?;
    let from = generation::get(&mut tx, &access, pair.number).await?;
    let to = generation::get(&mut tx, &access, pair.other).await?;
    Ok(Data(generation::diff(&from.packages, &to.packages).into_wire(pair.number, pair.other)))
}

pub async fn restore(
    State(control): State<Control>,
    access: MayInstall,
    Path(address): Path<Address>,
    Json(body): Json<wire::RestoreGeneration>,
) -> Result<Data<wire::OneGeneration>> {
    let (number, expected) = (address.number, body.expected_current);
    let mut tx = control.db.write().await?;
    let (now, message) =
        installation::restore(&mut tx, &access, &control.config, number, expected).await?;
    let current = now.summary.number;
    let generation = now.into_wire(&mut tx, current).await?;
    tx.commit().await?;
    Ok(Data(wire::OneGeneration { generation, message }))
}

fn number(cursor: &str) -> Result<i64> {
    let key = pagination::read_cursor(LIST, cursor)?;
    let bytes = key.try_into();
    bytes
        .map(i64::from_be_bytes)
        .map_err(|_| Code::InvalidCursor.error("`cursor` is not one of this list"))
}
