//! Who plays in the demo: agents, what they pay, and how it goes.

use model::{Currency, Framework, Rail, Visibility};

/// How many in a thousand payments go which way; the rest is on time.
#[derive(Clone, Copy)]
pub struct Outcomes {
    pub paid: u64,
    pub late: u64,
    pub missed: u64,
    pub disputed: u64,
}

const fn outcomes(paid: u64, late: u64, missed: u64, disputed: u64) -> Outcomes {
    Outcomes { paid, late, missed, disputed }
}

/// One agent of the demo. Days are counted back from today.
pub struct Role {
    pub name: &'static str,
    pub description: &'static str,
    pub framework: Framework,
    pub visibility: Visibility,
    /// The first and the last day on which it pays.
    pub days: (i64, i64),
    /// Payments in ten days, about.
    pub in_ten_days: u64,
    /// The smallest and the largest amount, in millionths.
    pub amounts: (i64, i64),
    pub currency: &'static str,
    pub rail: Rail,
    pub payees: &'static [&'static str],
    pub outcomes: Outcomes,
    /// From this day on it goes differently.
    pub turn: Option<(i64, Outcomes)>,
    /// What customers pay it in ten days, and how much at most; nothing if 0.
    pub income: (u64, i64),
    pub customers: &'static [&'static str],
    /// The days on which its owner has it certified.
    pub certified: &'static [i64],
    /// The day on which it is deleted.
    pub deleted: Option<i64>,
}

const NOBODY: Role = Role {
    name: "",
    description: "",
    framework: Framework::Custom,
    visibility: Visibility::Public,
    days: (181, 0),
    in_ten_days: 10,
    amounts: (5_000_000, 60_000_000),
    currency: Currency::EUR.as_str(),
    rail: Rail::Tracked,
    payees: &[],
    outcomes: outcomes(0, 0, 0, 0),
    turn: None,
    income: (0, 0),
    customers: &[],
    certified: &[],
    deleted: None,
};

/// Half a year of a small logistics company: every grade occurs, and certificates in every state.
pub const CAST: &[Role] = &[
    Role {
        name: "Invoice Runner",
        description: "Pays supplier invoices on their due date.",
        framework: Framework::LangChain,
        in_ten_days: 24,
        amounts: (8_400_000, 640_000_000),
        payees: &[
            "Nordlicht Hosting GmbH",
            "Bergmann & Söhne KG",
            "DHL Freight",
            "Stadtwerke Kiel",
            "Papier Brandt OHG",
            "Müller Gebäudereinigung",
        ],
        outcomes: outcomes(80, 40, 80, 0),
        certified: &[120, 60, 5],
        ..NOBODY
    },
    Role {
        name: "Freight Quoter",
        description: "Buys quotes from carriers, a few cents each, and books the cheapest.",
        framework: Framework::CrewAi,
        in_ten_days: 60,
        amounts: (20_000, 2_400_000),
        currency: "USDC",
        rail: Rail::X402,
        payees: &["route-api.freight.example", "quotes.balticlines.example", "weather.example"],
        outcomes: outcomes(700, 2, 1, 0),
        certified: &[100, 80],
        ..NOBODY
    },
    Role {
        name: "Supplier Onboarding",
        description: "Checks new suppliers and pays the registries for their extracts.",
        framework: Framework::LangGraph,
        days: (88, 0),
        in_ten_days: 3,
        amounts: (4_500_000, 48_000_000),
        payees: &["Handelsregister", "Creditreform", "Bundesanzeiger Verlag"],
        outcomes: outcomes(300, 20, 0, 0),
        certified: &[20],
        ..NOBODY
    },
    Role {
        name: "Translation Buyer",
        description: "Orders translations of freight papers and resells proofread ones.",
        framework: Framework::OpenAi,
        in_ten_days: 7,
        amounts: (12_000_000, 180_000_000),
        currency: "USD",
        rail: Rail::Escrow,
        payees: &["Lingua Partners LLC", "Tradutto SRL", "文匠翻译", "شركة الترجمة المتحدة"],
        outcomes: outcomes(200, 150, 115, 0),
        income: (14, 450_000_000),
        customers: &["Meridian Retail BV", "Halden Logistics GmbH", "Øresund Cargo ApS"],
        certified: &[101],
        ..NOBODY
    },
    Role {
        name: "Fuel Card Reconciler",
        description: "Settles fuel cards every evening.",
        framework: Framework::Custom,
        in_ten_days: 12,
        amounts: (31_000_000, 210_000_000),
        payees: &["Aral AG", "Shell Card", "Q8", "Orlen"],
        outcomes: outcomes(0, 200, 205, 0),
        certified: &[95],
        ..NOBODY
    },
    Role {
        name: "Cloud Spend Guard",
        description: "Pays cloud bills and shuts down what nobody uses.",
        framework: Framework::Anthropic,
        days: (90, 0),
        in_ten_days: 10,
        amounts: (1_200_000_000, 26_000_000_000),
        currency: "JPY",
        rail: Rail::Ap2,
        payees: &["さくらインターネット", "Compute Tokyo K.K.", "オブジェクト倉庫"],
        outcomes: outcomes(300, 5, 0, 0),
        turn: Some((30, outcomes(0, 50, 300, 550))),
        certified: &[40],
        ..NOBODY
    },
    Role {
        name: "Warehouse Scout 🤖",
        description: "Books storage by the day. New.",
        framework: Framework::AutoGen,
        visibility: Visibility::Private,
        days: (1, 0),
        in_ten_days: 5,
        payees: &["Lagerhaus Wandsbek"],
        ..NOBODY
    },
    Role {
        name: "Payroll Helper",
        description: "Paid the drivers' expenses until the new payroll came.",
        framework: Framework::LangChain,
        days: (181, 60),
        in_ten_days: 15,
        payees: &["Fahrerkasse Nord", "Fahrerkasse Süd"],
        outcomes: outcomes(100, 30, 0, 0),
        certified: &[130],
        deleted: Some(50),
        ..NOBODY
    },
    Role {
        name: "Order Desk",
        description: "Takes freight orders, collects the money and refunds what falls through.",
        framework: Framework::OpenAi,
        in_ten_days: 4,
        amounts: (9_000_000, 150_000_000),
        payees: &["Meridian Retail BV", "Café Sølund ApS", "Bäckerei Ünal & Söhne"],
        outcomes: outcomes(150, 20, 5, 0),
        income: (46, 430_000_000),
        customers: &[
            "Meridian Retail BV",
            "Café Sølund ApS",
            "Bäckerei Ünal & Söhne",
            "Kranz & Co.",
        ],
        certified: &[110, 30],
        ..NOBODY
    },
];
