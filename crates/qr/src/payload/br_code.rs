//! The BR Code: Brazil's form of EMV's merchant-presented QR code, used by Pix and by wallets.
//!
//! Called by `payload::parse`. Source: Banco Central do Brasil, "Manual do BR Code"; EMVCo "QR Code Specification for
//! Payment Systems, Merchant-Presented Mode". Strict where money is concerned: what is doubtful is an error, not a guess.

use super::crc16::crc16;
use super::decimal;
use super::tlv::{self, Unit};

/// Payload format indicator 01, with which every BR Code begins.
pub(super) const START: &str = "000201";

/// Where the money goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Account {
    /// Pix with the payee's key in the code.
    PixKey(String),
    /// Pix with the address of the charge (without `https://`), which may change what is paid.
    PixUrl(String),
    /// Another arrangement, by its globally unique identifier or network tag.
    Other(String),
}

/// The fields of a valid BR Code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrCode {
    /// Centavos in field 54. `None` when absent, and when zero, by which some issuers say "the payer types it".
    pub amount_minor: Option<u64>,
    /// Payee's name, field 59.
    pub name: String,
    /// Payee's city, field 60.
    pub city: String,
    /// The charge's reference, field 62-05; `None` when absent or `***`.
    pub txid: Option<String>,
    /// The account. Where a code offers several, Pix comes first.
    pub account: Account,
    /// Whether the code says it may be used once only (field 01 is `12`).
    pub is_single_use: bool,
}

/// Why a text that begins like a BR Code is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrCodeError {
    /// Tags, lengths and values do not fill the text.
    Structure,
    /// A field that may stand once stands twice.
    Duplicate,
    /// The checksum is missing, not last, or wrong.
    Checksum,
    /// Field 54 is no amount in reais and centavos, or field 53 is another currency than 986.
    Amount,
    /// No account, name, city or country, or the country is not BR.
    Missing,
}

impl std::fmt::Display for BrCodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Structure => "the BR Code's fields do not fill it; fetch the code again",
            Self::Duplicate => "the BR Code names a field twice; do not show it",
            Self::Checksum => "the BR Code's checksum is wrong; fetch the code again",
            Self::Amount => "the BR Code's amount is not in reais and centavos; do not show it",
            Self::Missing => "the BR Code lacks its account, name, city or country; do not show it",
        })
    }
}

impl std::error::Error for BrCodeError {}

/// Reads a whole BR Code.
pub(super) fn parse(text: &str) -> Result<BrCode, BrCodeError> {
    check_sum(text)?;
    // EMV counts characters; issuers who count bytes are seen with accented names.
    let characters = tlv::split(text, Unit::Characters).ok_or(BrCodeError::Structure);
    let found = characters.and_then(|objects| fields(&objects, Unit::Characters));
    if found.is_ok() || text.is_ascii() {
        return found;
    }
    let objects = tlv::split(text, Unit::Bytes).ok_or(BrCodeError::Structure)?;
    fields(&objects, Unit::Bytes)
}

fn fields(objects: &[(u8, &str)], unit: Unit) -> Result<BrCode, BrCodeError> {
    let field = |tag| tlv::find(objects, tag).map_err(|()| BrCodeError::Duplicate);
    let required = |tag| field(tag)?.filter(|value| !value.trim().is_empty()).ok_or(BrCodeError::Missing);
    if objects.first() != Some(&(0, "01")) || objects.last().map(|object| object.0) != Some(63) {
        return Err(BrCodeError::Structure);
    }
    field(63)?;
    let is_single_use = field(1)? == Some("12");
    if required(53)? != "986" {
        return Err(BrCodeError::Amount);
    }
    let amount_minor = match field(54)? {
        Some(amount) => Some(decimal::minor(amount).ok_or(BrCodeError::Amount)?).filter(|minor| *minor > 0),
        None => None,
    };
    if required(58)? != "BR" {
        return Err(BrCodeError::Missing);
    }
    Ok(BrCode {
        amount_minor,
        name: required(59)?.trim().to_owned(),
        city: required(60)?.trim().to_owned(),
        txid: txid(field(62)?, unit)?,
        account: account(objects, unit)?,
        is_single_use,
    })
}

fn txid(additional: Option<&str>, unit: Unit) -> Result<Option<String>, BrCodeError> {
    let Some(additional) = additional else { return Ok(None) };
    let objects = tlv::split(additional, unit).ok_or(BrCodeError::Structure)?;
    let txid = tlv::find(&objects, 5).map_err(|()| BrCodeError::Duplicate)?;
    Ok(txid.filter(|txid| !txid.is_empty() && *txid != "***").map(str::to_owned))
}

/// Tags 02 to 25 belong to card networks, 26 to 51 are templates with an identifier. Two Pix accounts are refused,
/// because it would be the payer's app that chooses.
fn account(objects: &[(u8, &str)], unit: Unit) -> Result<Account, BrCodeError> {
    let mut pix = None;
    let mut other = None;
    for (tag, value) in objects.iter().filter(|object| (2..=51).contains(&object.0)) {
        let template = if *tag < 26 { None } else { Some(tlv::split(value, unit).ok_or(BrCodeError::Structure)?) };
        let Some(template) = template else {
            other.get_or_insert_with(|| Account::Other(format!("{tag:02}")));
            continue;
        };
        let inner = |tag| tlv::find(&template, tag).map_err(|()| BrCodeError::Duplicate);
        let identifier = inner(0)?.ok_or(BrCodeError::Missing)?;
        if !identifier.eq_ignore_ascii_case("br.gov.bcb.pix") {
            other.get_or_insert_with(|| Account::Other(identifier.to_owned()));
            continue;
        }
        let account = match (inner(1)?, inner(25)?) {
            (None, Some(url)) => Account::PixUrl(url.to_owned()),
            (Some(key), None) => Account::PixKey(key.to_owned()),
            (Some(_), Some(_)) => return Err(BrCodeError::Duplicate),
            // Only the recurrence of Pix Automático, in another template, is left: nothing to pay here.
            (None, None) => return Err(BrCodeError::Missing),
        };
        if pix.replace(account).is_some() {
            return Err(BrCodeError::Duplicate);
        }
    }
    pix.or(other).ok_or(BrCodeError::Missing)
}

/// The last four characters are the CRC-16 of everything before them, in hexadecimal.
fn check_sum(text: &str) -> Result<(), BrCodeError> {
    let at = text.len().checked_sub(4).filter(|at| text.is_char_boundary(*at)).ok_or(BrCodeError::Checksum)?;
    let (body, digits) = text.split_at(at);
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let stated = u16::from_str_radix(digits, 16).ok().filter(|_| is_hex && body.ends_with("6304"));
    // The text may have been Latin-1 in the code, and then the sum is over those bytes.
    let as_latin1 = body.chars().map(|character| u8::try_from(u32::from(character)).unwrap_or(b'?'));
    let is_right = stated.is_some_and(|sum| sum == crc16(body.bytes()) || sum == crc16(as_latin1));
    if is_right { Ok(()) } else { Err(BrCodeError::Checksum) }
}
