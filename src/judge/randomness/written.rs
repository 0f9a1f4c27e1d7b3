//! The model of what people write: which symbol follows which two, and where
//! capitals go.
//!
//! Letters are folded to lower case. A capital after a small letter is told by
//! a symbol of its own, the hump, so that `getSecret` reads as two words; every
//! other capital costs what its case state says. `train.py` counts the same way.

use std::f32::consts::LN_2;

/// Trigram costs, byte-in-class costs and case costs; see `train.py`.
const TABLE: &[u8; TABLE_LEN] = include_bytes!("table.bin");

const SYMBOLS: usize = 40;
const BYTES_AT: usize = SYMBOLS * SYMBOLS * SYMBOLS;
const CASE_AT: usize = BYTES_AT + 128;
const TABLE_LEN: usize = CASE_AT + 14;

/// Symbols above the letters (0..=25) and digits (26..=35).
const HUMP: u8 = 36;
const SEP: u8 = 37;
const PATH: u8 = 38;
const OTHER: u8 = 39;

/// Case states, in the order of the table's last rows.
const START: u8 = 0;
const SEP_LOW: u8 = 1;
const SEP_UP: u8 = 2;
const DIG_LOW: u8 = 3;
const DIG_UP: u8 = 4;
const ONE_UP: u8 = 5;
const MANY_UP: u8 = 6;
const LOW: u8 = 7;

/// Nats in a sixteenth of a bit, the unit of the table.
const UNIT: f32 = LN_2 / 16.0;

/// What follows a case state: a lower letter, an upper one, a digit, the rest.
const FOLLOWERS: usize = 4;
/// An upper letter after a lower one: the hump of `camelCase`.
const HUMP_STEP: usize = LOW as usize * FOLLOWERS + 1;

/// The symbol of every byte, and above its six bits what it is to a case state.
static SYMBOL: [u8; 256] = symbols();

const fn symbols() -> [u8; 256] {
    let mut map = [OTHER | (3 << 6); 256];
    let mut code = 0;
    while code < 256 {
        let byte = code as u8;
        map[code] = match byte {
            b'a'..=b'z' => byte - b'a',
            b'A'..=b'Z' => (byte - b'A') | (1 << 6),
            b'0'..=b'9' => (byte - b'0' + 26) | (2 << 6),
            b'_' | b'-' | b' ' | b'\t' | b'\n' => SEP | (3 << 6),
            b'.' | b'/' | b':' | b'@' | b'\\' => PATH | (3 << 6),
            _ => OTHER | (3 << 6),
        };
        code += 1;
    }
    map
}

/// What a step from a case state to a follower costs; 0 where the trigrams tell.
static STEP_COST: [u8; 32] = step_costs();

const fn step_costs() -> [u8; 32] {
    let mut costs = [0; 32];
    let mut state = 0;
    while state < LOW as usize {
        costs[state * FOLLOWERS] = TABLE[CASE_AT + state * 2];
        costs[state * FOLLOWERS + 1] = TABLE[CASE_AT + state * 2 + 1];
        state += 1;
    }
    costs
}

/// Surprise of the model of people's strings, in nats.
pub(super) fn human_cost(value: &[u8]) -> f32 {
    let start = usize::from(SEP);
    let (mut a, mut b, mut state, mut sum) = (start, start, START, 0u32);
    for &byte in value {
        let packed = SYMBOL[usize::from(byte)];
        let symbol = usize::from(packed & 63);
        let step = (usize::from(state) * FOLLOWERS + usize::from(packed >> 6)) & 31;
        if step == HUMP_STEP {
            sum += trigram(a, b, usize::from(HUMP));
            (a, b) = (b, usize::from(HUMP));
        }
        let own = TABLE[BYTES_AT + usize::from(byte & 127)];
        sum += trigram(a, b, symbol) + u32::from(own) + u32::from(STEP_COST[step]);
        (a, b, state) = (b, symbol, NEXT_STATE[step]);
    }
    (sum + trigram(a, b, start)) as f32 * UNIT
}

fn trigram(a: usize, b: usize, c: usize) -> u32 {
    u32::from(TABLE[(a * SYMBOLS + b) * SYMBOLS + c])
}

/// The case state after each state and follower.
#[rustfmt::skip]
static NEXT_STATE: [u8; 32] = [
    LOW, ONE_UP,  DIG_LOW, SEP_LOW, // START
    LOW, ONE_UP,  DIG_LOW, SEP_LOW, // SEP_LOW
    LOW, MANY_UP, DIG_UP,  SEP_UP,  // SEP_UP
    LOW, ONE_UP,  DIG_LOW, SEP_LOW, // DIG_LOW
    LOW, MANY_UP, DIG_UP,  SEP_UP,  // DIG_UP
    LOW, MANY_UP, DIG_UP,  SEP_LOW, // ONE_UP
    LOW, MANY_UP, DIG_UP,  SEP_UP,  // MANY_UP
    LOW, ONE_UP,  DIG_LOW, SEP_LOW, // LOW
];
