// npm run console:types writes this file from the OpenAPI document.

export type ListedUser = {
  user_id: number;
  first_name: string | null;
  last_name: string | null;
  id_number: string | null;
  registration_date: string;
  erased_at: string | null;
};

export type UserPage = { next_cursor?: string | null; users: ListedUser[] };

export type UserCount = { total_users: number };

export type ActiveUserCount = { active_users_count: number };

export type UserName = { user_id: number; full_name: string };

export type LatestUser = { latest_user: UserName };

export type CreateUser = {
  first_name: string;
  last_name: string;
  email?: string | null;
  id_number?: string | null;
  contact_number?: string | null;
  gender?: 'F' | 'M' | 'O' | null;
  date_of_birth?: string | null;
  residential_address?: string | null;
  city_of_birth?: string | null;
  rider_category?: 'disability' | 'senior' | 'sisben' | 'standard' | null;
};

export type UserResponse = {
  user_id: number;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  id_number: string | null;
  contact_number: string | null;
  gender: 'F' | 'M' | 'O' | null;
  date_of_birth: string | null;
  residential_address: string | null;
  city_of_birth: string | null;
  rider_category: 'disability' | 'senior' | 'sisben' | 'standard';
  registration_date: string;
  erased_at: string | null;
};

export type ExportedCard = {
  credit_limit: number;
  credit_used: number;
  credit_used_at: string | null;
  last_used_date: string | null;
  card_id: number;
  card_number: string;
  user_id: number | null;
  status: 'active' | 'blocked' | 'inactive' | 'lost';
  balance: number;
  debt: number;
  acquisition_date: string;
};

export type ExportedKey = {
  key_id: string;
  client: string;
  name: string;
  networks: string[];
  created_at: string;
  expires_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
};

export type ExportedRecharge = {
  activation: 'card' | 'validator';
  recharge_id: number;
  card_id: number;
  amount: number;
  debt_paid: number;
  recharge_timestamp: string;
  reversal_reason: string | null;
  new_balance: number | null;
  recharge_point_id: number | null;
  channel: string;
  transaction_id: string | null;
  reversed_at: string | null;
};

export type FareAdjustment = {
  amount: number;
  fare_amount: number;
  caused_by_trip_id: number;
  service_day: string;
  adjusted_at: string;
  anchor_trip_id: number;
  product: 'trunk' | 'zonal';
  base_price: number;
  reason:
    | 'basic_card'
    | 'full_fare'
    | 'same_route'
    | 'same_station'
    | 'transfer'
    | 'transfer_window_over'
    | 'transfers_used_up'
    | 'trunk_to_trunk'
    | 'trunk_zonal_trunk';
  concession: 'applied' | 'quota_used' | null;
  on_credit: boolean;
  capped: boolean;
  passback: boolean;
  transfers_used: number;
  transfers_left: number | null;
  window_ends_at: string | null;
};

export type TripFareExplanation = {
  adjustments: FareAdjustment[];
  anchor_trip_id: number;
  product: 'trunk' | 'zonal';
  base_price: number;
  reason:
    | 'basic_card'
    | 'full_fare'
    | 'same_route'
    | 'same_station'
    | 'transfer'
    | 'transfer_window_over'
    | 'transfers_used_up'
    | 'trunk_to_trunk'
    | 'trunk_zonal_trunk';
  concession: 'applied' | 'quota_used' | null;
  on_credit: boolean;
  capped: boolean;
  passback: boolean;
  transfers_used: number;
  transfers_left: number | null;
  window_ends_at: string | null;
};

export type TripResponse = {
  trip_id: number;
  card_id: number;
  route_id: number;
  boarding_station_id: number;
  boarding_time: string;
  disembarking_station_id: number | null;
  disembarking_time: string | null;
  vehicle_id: number | null;
  driver_id: number | null;
  fare_amount: number;
  is_transfer: boolean;
  new_balance: number | null;
  status: 'closed_without_exit' | 'completed' | 'in_progress';
  fare_explanation: TripFareExplanation | null;
};

export type ExportedTap = {
  card_id: number;
  validator_id: number;
  sequence: number;
  kind: 'entry' | 'exit';
  decision: 'accepted' | 'refused';
  route_id: number | null;
  station_id: number | null;
  tapped_at: string | null;
  corrected_at: string | null;
  received_at: string;
};

export type ExportedSuspendedTap = {
  suspense_id: number;
  validator_id: number;
  sequence: number;
  reason:
    | 'card_closed'
    | 'future'
    | 'no_tariff'
    | 'other_station'
    | 'sequence_reused'
    | 'station_not_on_route'
    | 'too_old'
    | 'unknown_card'
    | 'unknown_route'
    | 'unknown_station'
    | 'unreadable_time';
  kind: 'entry' | 'exit';
  route_id: number | null;
  station_id: number | null;
  tapped_at: string;
  corrected_at: string | null;
  received_at: string;
  resolution: 'charged' | 'dismissed' | null;
  resolved_at: string | null;
  resolution_reason: string | null;
  trip_id: number | null;
  card_id: number;
};

export type ExportedPosting = {
  posting_id: number;
  kind:
    | 'adjustment'
    | 'debt'
    | 'debt_payment'
    | 'fare'
    | 'fare_adjustment'
    | 'load'
    | 'opening'
    | 'payout'
    | 'recharge'
    | 'reversal';
  amount: number;
  balance: number;
  version: number;
  recharge_id: number | null;
  trip_id: number | null;
  posted_at: string;
  card_id: number;
};

export type ExportedAuditEntry = {
  changes: Record<string, string | null> | null;
  entry_id: number;
  occurred_at: string;
  operation: string;
  object_kind: string | null;
  object_id: string | null;
  outcome: 'changed' | 'read' | 'refused';
  reason: string | null;
  address: string | null;
};

export type UserExport = {
  exported_at: string;
  user: UserResponse;
  cards: ExportedCard[];
  keys: ExportedKey[];
  recharges: ExportedRecharge[];
  trips: TripResponse[];
  taps: ExportedTap[];
  suspended_taps: ExportedSuspendedTap[];
  statement: ExportedPosting[];
  audit: ExportedAuditEntry[];
};

export type EraseUser = { pay_out?: boolean | null };

export type ErasureResponse = { user_id: number; erased_at: string; paid_out: number };

export type CardResponse = {
  card_id: number;
  card_number: string;
  user_id: number | null;
  status: 'active' | 'blocked' | 'inactive' | 'lost';
  balance: number;
  debt: number;
  acquisition_date: string;
};

export type CardPage = { next_cursor?: string | null; cards: CardResponse[] };

export type CreateCard = { user_id?: number | null; card_number?: string | null };

export type CardDetails = {
  card_id: number;
  card_number: string;
  user_id: number | null;
  status: 'active' | 'blocked' | 'inactive' | 'lost';
  balance: number;
  debt: number;
  acquisition_date: string;
  credit_boardings_left: number;
};

export type ChangeCardStatus = {
  status: 'active' | 'blocked' | 'inactive' | 'lost';
  reason?:
    | 'damaged'
    | 'mistake'
    | 'other'
    | 'reported_lost'
    | 'resolved'
    | 'rider_request'
    | 'stolen'
    | 'suspected_fraud'
    | null;
};

export type CardBalance = {
  card_id: number;
  balance: number;
  debt: number;
  last_used_date: string | null;
  status: 'active' | 'blocked' | 'inactive' | 'lost';
};

export type CounterAccountResponse = {
  kind: 'adjustment' | 'cash' | 'debt' | 'fare_revenue' | 'opening' | 'pending_load';
  name: string | null;
};

export type StatementEntry = {
  posting_id: number;
  kind:
    | 'adjustment'
    | 'debt'
    | 'debt_payment'
    | 'fare'
    | 'fare_adjustment'
    | 'load'
    | 'opening'
    | 'payout'
    | 'recharge'
    | 'reversal';
  amount: number;
  balance: number;
  version: number;
  counter_account: CounterAccountResponse;
  recharge_id: number | null;
  trip_id: number | null;
  posted_at: string;
};

export type CardStatement = { next_cursor?: string | null; statement: StatementEntry[] };

export type UserCards = { cards: CardResponse[] };

export type BalanceOfCard = {
  card_id: number;
  balance: number;
  debt: number;
  status: 'active' | 'blocked' | 'inactive' | 'lost';
};

export type UserCardBalance = { user_id: number; cards: BalanceOfCard[]; total_balance: number };

export type RechargeDetails = {
  activation: 'card' | 'validator';
  recharge_id: number;
  card_id: number;
  amount: number;
  debt_paid: number;
  recharge_timestamp: string;
  new_balance: number | null;
  recharge_point_id: number | null;
  channel: string;
  transaction_id: string | null;
  reversed_at: string | null;
};

export type RechargePage = { next_cursor?: string | null; recharges: RechargeDetails[] };

export type CreateRecharge = {
  card_id: number;
  amount: number;
  recharge_point_id?: number | null;
  activation?: 'card' | 'validator' | null;
  transaction_id?: string | null;
};

export type RechargeResponse = {
  activation: 'card' | 'validator';
  recharge_id: number;
  card_id: number;
  amount: number;
  debt_paid: number;
  new_balance: number;
  recharge_timestamp: string;
};

export type ReverseRecharge = { reason: string };

export type ReversalResponse = {
  recharge_id: number;
  card_id: number;
  amount: number;
  new_balance: number;
  debt: number;
  reason: string;
  reversed_at: string;
};

export type HistoryEntry = {
  recharge_id: number;
  card_id: number;
  amount: number;
  recharge_timestamp: string;
  reversed_at: string | null;
};

export type CardHistory = { history: HistoryEntry[] };

export type UserRecharges = { next_cursor?: string | null; recharges: HistoryEntry[] };

export type ListedActionResponse = {
  action_id: number;
  card_number: string;
  amount: number;
  expires_at: string;
};

export type ActionList = {
  version: number;
  full: boolean;
  add: ListedActionResponse[];
  remove: number[];
  checksum: string;
};

export type ActionResponse = {
  status: 'collected' | 'pending' | 'returned';
  action_id: number;
  card_id: number;
  amount: number;
  expires_at: string;
  ended_at: string | null;
  debt_paid: number | null;
  new_balance: number | null;
};

export type ListedTrip = {
  trip_id: number;
  card_id: number;
  route_id: number;
  boarding_station_id: number;
  boarding_time: string;
  disembarking_station_id: number | null;
  disembarking_time: string | null;
  vehicle_id: number | null;
  status: 'closed_without_exit' | 'completed' | 'in_progress';
  fare_amount: number;
  is_transfer: boolean;
  route_code: string;
  boarding_station_name: string;
  disembarking_station_name: string | null;
  fare_adjustment: number;
  on_credit: boolean;
};

export type TripPage = { next_cursor?: string | null; trips: ListedTrip[] };

export type StartTrip = {
  card_id: number;
  route_id: number;
  boarding_station_id?: number | null;
  vehicle_id?: number | null;
  driver_id?: number | null;
};

export type FareExplanation = {
  anchor_trip_id: number;
  product: 'trunk' | 'zonal';
  base_price: number;
  reason:
    | 'basic_card'
    | 'full_fare'
    | 'same_route'
    | 'same_station'
    | 'transfer'
    | 'transfer_window_over'
    | 'transfers_used_up'
    | 'trunk_to_trunk'
    | 'trunk_zonal_trunk';
  concession: 'applied' | 'quota_used' | null;
  on_credit: boolean;
  capped: boolean;
  passback: boolean;
  transfers_used: number;
  transfers_left: number | null;
  window_ends_at: string | null;
};

export type BoardingResponse = {
  trip_id: number;
  card_id: number;
  route_id: number;
  boarding_station_id: number;
  boarding_time: string;
  disembarking_station_id: number | null;
  disembarking_time: string | null;
  vehicle_id: number | null;
  driver_id: number | null;
  fare_amount: number;
  is_transfer: boolean;
  status: 'closed_without_exit' | 'completed' | 'in_progress';
  new_balance: number;
  fare_explanation: FareExplanation;
  message: string;
};

export type EndTrip = { trip_id: number; disembarking_station_id?: number | null };

export type AlightingResponse = {
  trip_id: number;
  card_id: number;
  route_id: number;
  boarding_station_id: number;
  boarding_time: string;
  disembarking_station_id: number | null;
  disembarking_time: string | null;
  vehicle_id: number | null;
  driver_id: number | null;
  fare_amount: number;
  is_transfer: boolean;
  status: 'closed_without_exit' | 'completed' | 'in_progress';
  fare_explanation: TripFareExplanation | null;
  new_balance: number;
  message: string;
};

export type CompleteTrip = {
  card_id: number;
  route_id: number;
  boarding_station_id?: number | null;
  vehicle_id?: number | null;
  driver_id?: number | null;
  disembarking_station_id: number;
};

export type SimulationSummary = {
  requested_trips: number;
  successful_trips: number;
  total_revenue_generated: number;
  average_fare: number;
};

export type SimulatedTrip = { trip_id: number; card_id: number; route_id: number; fare_amount: number };

export type SimulationResponse = {
  simulation_summary: SimulationSummary;
  trips: SimulatedTrip[];
  message: string;
};

export type TripTotals = {
  total_trips: number;
  completed_trips: number;
  active_trips: number;
  total_revenue: number;
};

export type LocalityTotals = {
  total_trips: number;
  completed_trips: number;
  active_trips: number;
  total_revenue: number;
  locality: string;
};

export type TripTotalsByLocality = { localities: LocalityTotals[] };

export type TripOfCard = {
  trip_id: number;
  card_id: number;
  boarding_station_id: number;
  disembarking_station_id: number | null;
  boarding_station_name: string;
  disembarking_station_name: string | null;
  boarding_time: string;
  disembarking_time: string | null;
  is_transfer: boolean;
  fare: number;
  fare_adjustment: number;
};

export type TripsOfCard = { trips: TripOfCard[] };

export type QuoteRequest = {
  card_id: number;
  route_id: number;
  boarding_station_id: number;
  at?: string | null;
};

export type FareQuote = {
  card_id: number;
  route_id: number;
  boarding_station_id: number;
  at: string;
  amount: number;
  is_transfer: boolean;
  anchor_trip_id: number | null;
  balance: number;
  balance_after: number;
  refused?: 'insufficient_balance';
  shortfall?: number;
  product: 'trunk' | 'zonal';
  base_price: number;
  reason:
    | 'basic_card'
    | 'full_fare'
    | 'same_route'
    | 'same_station'
    | 'transfer'
    | 'transfer_window_over'
    | 'transfers_used_up'
    | 'trunk_to_trunk'
    | 'trunk_zonal_trunk';
  concession: 'applied' | 'quota_used' | null;
  on_credit: boolean;
  capped: boolean;
  passback: boolean;
  transfers_used: number;
  transfers_left: number | null;
  window_ends_at: string | null;
};

export type Tariff = { component: 'trunk' | 'zonal'; valid_from: string; price: number };

export type TransferRule = {
  valid_from: string;
  window_seconds: number;
  most_transfers?: number | null;
  personalised_only: boolean;
  exclusions: ('same_route' | 'same_station' | 'trunk_to_trunk' | 'trunk_zonal_trunk')[];
};

export type TransferPrice = {
  from_component: 'trunk' | 'zonal';
  to_component: 'trunk' | 'zonal';
  from_transfer: number;
  valid_from: string;
  price?: number | null;
  percent_off?: number | null;
};

export type Concession = {
  rider_category: 'disability' | 'senior' | 'sisben';
  component: 'trunk' | 'zonal';
  valid_from: string;
  price?: number | null;
  percent_off?: number | null;
  monthly_quota?: number | null;
};

export type FareLimit = {
  limit_name: 'credit_boardings' | 'daily_cap' | 'passback_seconds';
  valid_from: string;
  value?: number | null;
};

export type RepricingRequest = {
  day: string;
  tariffs?: Tariff[] | null;
  transfer_rules?: TransferRule[] | null;
  transfer_prices?: TransferPrice[] | null;
  concessions?: Concession[] | null;
  limits?: FareLimit[] | null;
};

export type RepricingSample = { share: number; standard_error: number };

export type RepricedPart = {
  key: number | null;
  name: string;
  boardings: number;
  before: number;
  after: number;
};

export type FareReasons = {
  product: 'trunk' | 'zonal';
  base_price: number;
  reason:
    | 'basic_card'
    | 'full_fare'
    | 'same_route'
    | 'same_station'
    | 'transfer'
    | 'transfer_window_over'
    | 'transfers_used_up'
    | 'trunk_to_trunk'
    | 'trunk_zonal_trunk';
  concession: 'applied' | 'quota_used' | null;
  on_credit: boolean;
  capped: boolean;
  passback: boolean;
  transfers_used: number;
  transfers_left: number | null;
  window_ends_at: string | null;
};

export type RepricedTrip = {
  trip_id: number;
  boarding_time: string;
  before: number;
  after: number;
  reasons: FareReasons;
};

export type Repricing = {
  sampled: RepricingSample | null;
  day: string;
  currency: string;
  boardings: number;
  repriced: number;
  before: number;
  after: number;
  riders_paying_more: number;
  riders_paying_less: number;
  riders_paying_the_same: number;
  by_locality: RepricedPart[];
  by_route: RepricedPart[];
  by_profile: RepricedPart[];
  samples: RepricedTrip[];
};

export type ValidatorResponse = {
  validator_id: number;
  number: string;
  concessionaire_id: number | null;
  station_id: number | null;
  vehicle_id: number | null;
  route_id: number | null;
  status: 'active' | 'inactive';
  hotlist_version: number | null;
  clock_offset_ms: number | null;
  last_heard_at: string | null;
  next_expected_sequence: number;
  highest_sequence: number;
};

export type ValidatorPage = { next_cursor?: string | null; validators: ValidatorResponse[] };

export type LateValidator = {
  validator_id: number;
  number: string;
  status: 'active' | 'inactive';
  concessionaire_name: string | null;
  station_id: number | null;
  station_name: string | null;
  vehicle_id: number | null;
  license_plate: string | null;
  route_code: string | null;
  last_heard_at: string | null;
  is_silent: boolean;
  missing_taps: number;
  suspended_taps: number;
  hotlist_version: number | null;
  hotlist_versions_behind: number | null;
};

export type LateValidators = {
  active_validators: number;
  last_heard_at: string | null;
  late_after_minutes: number;
  silent_validators: number;
  validators_with_missing_taps: number;
  validators_behind_hotlist: number;
  suspended_taps: number;
  hotlist_version: number;
  validators: LateValidator[];
};

export type CreateValidator = {
  number: string;
  concessionaire_id?: number | null;
  station_id?: number | null;
  vehicle_id?: number | null;
  route_id?: number | null;
};

export type ChangeValidator = { status: 'active' | 'inactive' };

export type ReportedTap = {
  sequence: number;
  kind: 'entry' | 'exit';
  card_number: string;
  route_id?: number | null;
  station_id?: number | null;
  tapped_at: string;
  decision: 'accepted' | 'refused';
  hotlist_version?: number | null;
};

export type ReportedTaps = {
  validator_id?: number | null;
  on_behalf_of?: number | null;
  sent_at: string;
  hotlist_version?: number | null;
  taps: ReportedTap[];
};

export type TapResult = {
  sequence: number;
  outcome: 'duplicate' | 'rated' | 'refused' | 'suspense';
  reason:
    | 'card_closed'
    | 'future'
    | 'no_tariff'
    | 'other_station'
    | 'sequence_reused'
    | 'station_not_on_route'
    | 'too_old'
    | 'unknown_card'
    | 'unknown_route'
    | 'unknown_station'
    | 'unreadable_time'
    | null;
  trip_id: number | null;
  fare_amount: number | null;
};

export type TapResults = {
  validator_id: number;
  received_at: string;
  results: TapResult[];
  next_expected_sequence: number;
  highest_sequence: number;
};

export type SuspendedTapResponse = {
  suspense_id: number;
  validator_id: number;
  sequence: number;
  reason:
    | 'card_closed'
    | 'future'
    | 'no_tariff'
    | 'other_station'
    | 'sequence_reused'
    | 'station_not_on_route'
    | 'too_old'
    | 'unknown_card'
    | 'unknown_route'
    | 'unknown_station'
    | 'unreadable_time';
  kind: 'entry' | 'exit';
  decision: 'accepted' | 'refused';
  card_number: string;
  route_id: number | null;
  station_id: number | null;
  tapped_at: string;
  corrected_at: string | null;
  received_at: string;
  resolution: 'charged' | 'dismissed' | null;
  resolved_at: string | null;
  resolution_reason: string | null;
  trip_id: number | null;
};

export type SuspendedTapPage = { next_cursor?: string | null; taps: SuspendedTapResponse[] };

export type ResolveTap = {
  action: 'charge' | 'dismiss';
  card_id?: number | null;
  station_id?: number | null;
  route_id?: number | null;
  tapped_at?: string | null;
  reason: string;
};

export type HotlistResponse = {
  version: number;
  full: boolean;
  add: string[];
  remove: string[];
  checksum: string;
};

export type RevenueResponse = {
  total_revenue: number;
  fare_revenue: number;
  recharge_revenue: number;
  currency: string;
};

export type LocalityRevenue = { locality: string; total_revenue: number };

export type RevenueByLocality = { data: LocalityRevenue[]; currency: string };

export type RevenueSeriesRow = {
  start: string | null;
  key: number | null;
  name: string | null;
  boardings: number;
  revenue: number;
};

export type RevenueSums = { boardings: number; revenue: number };

export type RevenueSeries = {
  interval: 'day' | 'hour' | 'total';
  from: string;
  to: string;
  by: 'concessionaire' | 'locality' | null;
  rows: RevenueSeriesRow[];
  total: RevenueSums;
  time_zone: string;
  currency: string;
};

export type RechargeSeriesRow = {
  start: string | null;
  key: number | null;
  name: string | null;
  recharges: number;
  recharged: number;
  reversals: number;
  reversed: number;
  payouts: number;
  paid_out: number;
  net: number;
};

export type RechargeSums = {
  recharges: number;
  recharged: number;
  reversals: number;
  reversed: number;
  payouts: number;
  paid_out: number;
  net: number;
};

export type RechargeSeries = {
  interval: 'day' | 'hour' | 'total';
  from: string;
  to: string;
  by: 'channel' | 'recharge_point' | null;
  rows: RechargeSeriesRow[];
  total: RechargeSums;
  time_zone: string;
  currency: string;
};

export type ActiveMinute = {
  recharges: number | null;
  recharged: number | null;
  refusals: number | null;
  minute: string;
  boardings: number;
  revenue: number;
};

export type ActivityByMinute = {
  from: string;
  to: string;
  station_id: number | null;
  minutes: ActiveMinute[];
};

export type StationBoardings = { station_id: number; boardings: number };

export type StationFrame = { start: string; stations: StationBoardings[] };

export type ActivityByStation = { from: string; to: string; step: number; frames: StationFrame[] };

export type StationResponse = {
  station_id: number;
  name: string;
  station_code: string;
  station_type: string;
  locality: string | null;
  status: 'active' | 'inactive';
  distance_m?: number;
};

export type StationPage = { next_cursor?: string | null; stations: StationResponse[] };

export type StationIdentifier = { code: string; name: string };

export type StationIdentifiers = { stations: StationIdentifier[] };

export type ServingRoute = {
  route_code: string;
  route_name: string;
  route_type: 'ALIMENTADORA' | 'CABLE' | 'DUAL' | 'TRONCAL' | 'ZONAL_UCE';
};

export type StationDetails = {
  station_code: string;
  station_name: string;
  station_type: string;
  address: string | null;
  latitude: number | null;
  longitude: number | null;
  routes_serving: ServingRoute[];
};

export type ListedRoute = {
  route_id: number;
  route_code: string;
  route_name: string;
  route_type: 'ALIMENTADORA' | 'CABLE' | 'DUAL' | 'TRONCAL' | 'ZONAL_UCE';
  concessionaire_id: number | null;
  status: 'active' | 'inactive';
};

export type RoutePage = { next_cursor?: string | null; routes: ListedRoute[] };

export type RouteCodes = { route_codes: string[] };

export type RouteStopDetails = {
  sequence: number;
  station_code: string;
  station_name: string;
  station_type: string;
};

export type RouteDetails = {
  route_code: string;
  route_name: string;
  route_type: 'ALIMENTADORA' | 'CABLE' | 'DUAL' | 'TRONCAL' | 'ZONAL_UCE';
  stations: RouteStopDetails[];
};

export type VehiclePosition = {
  vehicle_id: number;
  latitude: number;
  longitude: number;
  speed: number | null;
  timestamp: string;
};

export type RouteLocation = { route_code: string; vehicles: VehiclePosition[] };

export type RouteResponse = {
  route_id: number;
  route_code: string;
  route_name: string;
  route_type: 'ALIMENTADORA' | 'CABLE' | 'DUAL' | 'TRONCAL' | 'ZONAL_UCE';
  is_active: boolean;
};

export type RouteStation = {
  station_id: number;
  name: string;
  station_type: string;
  is_active: boolean;
  sequence_order: number;
};

export type RouteStations = { route: RouteResponse; stations: RouteStation[]; total_stations: number };

export type CreateArrival = {
  station_id: number;
  route_id: number;
  vehicle_id?: number | null;
  estimated_arrival: string;
};

export type Arrival = {
  arrival_id: number;
  station_id: number;
  route_id: number;
  vehicle_id: number | null;
  estimated_arrival: string;
  actual_arrival: string | null;
  status: 'ARRIVED' | 'CANCELLED' | 'DELAYED' | 'EXPECTED';
  created_at: string;
};

export type ChangeArrival = {
  status?: 'ARRIVED' | 'CANCELLED' | 'DELAYED' | 'EXPECTED' | null;
  estimated_arrival?: string | null;
  actual_arrival?: string | null;
};

export type ArrivalResponse = {
  station_id: number;
  line: string;
  destination: string;
  estimated_arrival: string;
  status: 'DELAYED' | 'EXPECTED';
};

export type Arrivals = { arrivals: ArrivalResponse[] };

export type Alert = {
  alert_id: number;
  station_id: number | null;
  route_id: number | null;
  type: string;
  message: string;
  severity: 'CRITICAL' | 'INFO' | 'WARNING';
  start_time: string;
  end_time: string | null;
};

export type ActiveAlerts = { alerts: Alert[] };

export type CreateAlert = {
  station_id?: number | null;
  route_id?: number | null;
  type: string;
  message: string;
  severity: 'CRITICAL' | 'INFO' | 'WARNING';
  start_time?: string | null;
  end_time?: string | null;
};

export type ChangeAlert = {
  type?: string | null;
  message?: string | null;
  severity?: 'CRITICAL' | 'INFO' | 'WARNING' | null;
  end_time?: string | null;
};

export type Alerts = { alerts: Alert[] };

export type Vehicle = {
  vehicle_id: number;
  license_plate: string;
  vehicle_type: string;
  capacity: number | null;
  technology: string | null;
  model_year: number | null;
  concessionaire_id: number | null;
  current_depot_id: number | null;
  status: 'active' | 'inactive' | 'maintenance';
};

export type VehiclePage = { next_cursor?: string | null; vehicles: Vehicle[] };

export type LastPosition = {
  vehicle_id: number;
  latitude: number;
  longitude: number;
  speed: number | null;
  timestamp: string;
  route_id: number;
  route_code: string;
  age_seconds: number;
};

export type LastPositions = { vehicles: LastPosition[] };

export type Observation = {
  vehicle_id: number;
  route_id: number;
  latitude: number;
  longitude: number;
  speed?: number | null;
  observed_at: string;
};

export type Observations = { positions: Observation[] };

export type StoredObservations = { received: number; stored: number };

export type NetworkStation = {
  station_id: number;
  name: string;
  station_code: string;
  station_type: string;
  locality: string | null;
  status: 'active' | 'inactive';
  latitude: number | null;
  longitude: number | null;
};

export type NetworkRoute = {
  route_id: number;
  route_code: string;
  route_name: string;
  route_type: 'ALIMENTADORA' | 'CABLE' | 'DUAL' | 'TRONCAL' | 'ZONAL_UCE';
  concessionaire_id: number | null;
  status: 'active' | 'inactive';
  stations: number[];
};

export type NetworkConcessionaire = { concessionaire_id: number; name: string };

export type NetworkDocument = {
  stations: NetworkStation[];
  routes: NetworkRoute[];
  concessionaires: NetworkConcessionaire[];
};

export type LocationResponse = { location_id: number; name: string; description: string | null };

export type LocationPage = { next_cursor?: string | null; locations: LocationResponse[] };

export type ConcessionaireResponse = {
  concessionaire_id: number;
  name: string;
  operates_troncal: boolean;
  operates_zonal_uce: boolean;
  operates_zonal_alimentacion: boolean;
  operates_cable: boolean;
};

export type ConcessionairePage = { next_cursor?: string | null; concessionaires: ConcessionaireResponse[] };

export type DepotResponse = {
  depot_id: number;
  name: string;
  address: string | null;
  depot_type: string;
  capacity_vehicles: number | null;
  locality: string | null;
  concessionaire_id: number | null;
};

export type DepotPage = { next_cursor?: string | null; depots: DepotResponse[] };

export type DriverResponse = {
  driver_id: number;
  concessionaire_id: number | null;
  first_name: string;
  last_name: string;
  status: 'active' | 'inactive' | 'on_leave';
};

export type DriverPage = { next_cursor?: string | null; drivers: DriverResponse[] };

export type RechargePointResponse = {
  recharge_point_id: number;
  name: string;
  address: string | null;
  latitude: number | null;
  longitude: number | null;
  locality: string | null;
  operator: string | null;
  channel: string;
  distance_m?: number;
};

export type RechargePointPage = { next_cursor?: string | null; recharge_points: RechargePointResponse[] };

export type FoundTrip = {
  trip_id: number;
  card_id: number;
  route_id: number;
  boarding_station_id: number;
  boarding_time: string;
  status: 'closed_without_exit' | 'completed' | 'in_progress';
  fare_amount: number;
  route_code: string;
  boarding_station_name: string;
};

export type SearchResult = {
  kind: 'card' | 'recharge' | 'route' | 'station' | 'trip' | 'user';
  id: number;
  label: string;
  is_exact: boolean;
  card: CardResponse | null;
  user: ListedUser | null;
  route: ListedRoute | null;
  station: StationResponse | null;
  trip: FoundTrip | null;
  recharge: RechargeDetails | null;
};

export type SearchResults = { results: SearchResult[] };

export type ProofProgress = {
  checks_done: number;
  checks_total: number | null;
  current: 'audit' | 'fares' | 'ledger' | null;
};

export type ProofCheck = {
  part: 'audit' | 'fares' | 'ledger';
  check: string;
  holds: boolean;
  count: number;
  details: string[];
};

export type ProofResponse = {
  proof_id: number;
  status: 'abandoned' | 'failed' | 'right' | 'running' | 'wrong';
  source: 'program' | 'service';
  started_by: string;
  started_at: string;
  ended_at: string | null;
  progress: ProofProgress;
  checks: ProofCheck[];
};

export type ProofPage = { next_cursor?: string | null; proofs: ProofResponse[] };

export type InstanceCache = { store: 'memory' | 'redis'; is_trusted: boolean };

export type EventLoopDelay = { mean: number; p99: number; max: number };

export type InstancePool = { size: number; in_use: number; idle: number; waiting: number };

export type Instance = {
  instance_id: string;
  host: string;
  pid: number;
  role: 'single' | 'worker';
  version: string;
  node_version: string;
  started_at: string;
  last_heard_at: string;
  is_away: boolean;
  is_this: boolean;
  cache: InstanceCache;
  event_loop_delay_ms: EventLoopDelay;
  pool: InstancePool;
  memory_bytes: number;
};

export type Instances = { instances: Instance[] };

export type AuditEntryResponse = {
  changes: Record<string, string | null> | null;
  entry_id: number;
  occurred_at: string;
  client: string;
  key_id: string | null;
  role: string | null;
  request_id: string | null;
  operation: string;
  object_kind: string | null;
  object_id: string | null;
  outcome: 'changed' | 'read' | 'refused';
  reason: string | null;
  address: string | null;
};

export type AuditEntries = { next_cursor?: string | null; entries: AuditEntryResponse[] };

export type CacheFigures = {
  by_route: Record<string, { hits: number; misses: number; bypasses: number; stale: number }>;
  redis_version: string;
  connected_clients: number;
  used_memory: number;
  used_memory_human: string;
  used_memory_peak: number;
  used_memory_peak_human: string;
  keyspace_hits: number;
  keyspace_misses: number;
  instantaneous_ops_per_sec: number;
  total_connections_received: number;
  total_commands_processed: number;
  uptime_in_seconds: number;
  hit_rate_percentage: number;
  total_cache_requests: number;
  hits: number;
  misses: number;
  bypasses: number;
  stale: number;
  evictions: number;
  fills_refused: number;
  waits: number;
  samples: number;
  differences: number;
  trusted: boolean;
};

export type CacheStats = { cache_stats: CacheFigures };

export type CachedKey = { key: string; type: string; ttl: number; size_bytes: number };

export type CachedKeys = { next_cursor?: string | null; total_keys: number; keys: CachedKey[] };

export type BypassCounts = {
  write_under_way: number;
  loaded_elsewhere: number;
  store_away: number;
  not_trusted: number;
};

export type CacheTemplate = {
  template: string;
  parameters: string[];
  operations: string[];
  scope: string | null;
  ttl_seconds: number;
  changes_with_time: boolean;
  may_be_stale: boolean;
  evicted_by: string[];
  hits: number;
  misses: number;
  bypasses: number;
  stale: number;
  bypassed_because: BypassCounts;
};

export type CacheTemplateList = { templates: CacheTemplate[] };

export type CacheState = {
  status: 'healthy' | 'unhealthy';
  ping_time_ms: number | null;
  operation_time_ms: number | null;
  connectivity: 'failed' | 'ok';
};

export type CacheHealth = { cache_health: CacheState };

export type CacheCleared = { message: string; keys_cleared: number };

export type CacheKeyRemoved = { message: string };

export type PerformanceTestData = { total_trips: number };

export type PerformanceFigures = {
  database_query_time_ms: number;
  cache_query_time_ms: number;
  performance_improvement: string;
  time_saved_ms: number;
  test_data: PerformanceTestData;
};

export type PerformanceTest = { performance_test: PerformanceFigures };

export type CreateAccessKey = {
  role:
    | 'administrator'
    | 'agent'
    | 'auditor'
    | 'control_centre'
    | 'finance'
    | 'recharge_point'
    | 'rider'
    | 'scraper'
    | 'simulator'
    | 'validator';
  user_id?: number | null;
  recharge_point_id?: number | null;
  vehicle_id?: number | null;
  station_id?: number | null;
  validator_id?: number | null;
  client: string;
  name: string;
  networks?: string[] | null;
  requests_per_minute?: number | null;
  expires_in_days?: number | null;
};

export type NewAccessKeyResponse = {
  key: string;
  key_id: string;
  client: string;
  name: string;
  role:
    | 'administrator'
    | 'agent'
    | 'auditor'
    | 'control_centre'
    | 'finance'
    | 'recharge_point'
    | 'rider'
    | 'scraper'
    | 'simulator'
    | 'validator';
  user_id: number | null;
  recharge_point_id: number | null;
  vehicle_id: number | null;
  station_id: number | null;
  validator_id: number | null;
  networks: string[];
  requests_per_minute: number | null;
  created_at: string;
  created_by: string;
  expires_at: string;
  last_used_at: string | null;
  successor: string | null;
  revoked_at: string | null;
};

export type AccessKeyResponse = {
  key_id: string;
  client: string;
  name: string;
  role:
    | 'administrator'
    | 'agent'
    | 'auditor'
    | 'control_centre'
    | 'finance'
    | 'recharge_point'
    | 'rider'
    | 'scraper'
    | 'simulator'
    | 'validator';
  user_id: number | null;
  recharge_point_id: number | null;
  vehicle_id: number | null;
  station_id: number | null;
  validator_id: number | null;
  networks: string[];
  requests_per_minute: number | null;
  created_at: string;
  created_by: string;
  expires_at: string;
  last_used_at: string | null;
  successor: string | null;
  revoked_at: string | null;
};

export type AccessKeyPage = { next_cursor?: string | null; keys: AccessKeyResponse[] };

export type KeyRole = {
  role:
    | 'administrator'
    | 'agent'
    | 'auditor'
    | 'control_centre'
    | 'finance'
    | 'recharge_point'
    | 'rider'
    | 'scraper'
    | 'simulator'
    | 'validator';
  user_id?: number | null;
  recharge_point_id?: number | null;
  vehicle_id?: number | null;
  station_id?: number | null;
  validator_id?: number | null;
};

export type RollAccessKey = { overlap_seconds?: number | null };

export type CallerResponse = {
  auth: 'open' | 'required' | 'trusted-network';
  key_id: string | null;
  name: string | null;
  client: string;
  role:
    | 'administrator'
    | 'agent'
    | 'auditor'
    | 'control_centre'
    | 'finance'
    | 'recharge_point'
    | 'rider'
    | 'scraper'
    | 'simulator'
    | 'validator'
    | null;
  scopes: (
    | 'actions:collect'
    | 'actions:read'
    | 'alerts:write'
    | 'arrivals:write'
    | 'audit:read'
    | 'cache:read'
    | 'cache:write'
    | 'caller:read'
    | 'cards:balance'
    | 'cards:issue'
    | 'cards:read'
    | 'cards:report-lost'
    | 'cards:status'
    | 'drivers:read'
    | 'events:read'
    | 'fares:quote'
    | 'fares:read'
    | 'fares:write'
    | 'hotlist:read'
    | 'keys:manage'
    | 'keys:read'
    | 'metrics:read'
    | 'network:read'
    | 'positions:write'
    | 'proofs:read'
    | 'proofs:run'
    | 'recharges:list'
    | 'recharges:read'
    | 'recharges:reverse'
    | 'recharges:write'
    | 'revenue:read'
    | 'search:read'
    | 'simulation:run'
    | 'taps:hand-in'
    | 'taps:read'
    | 'taps:resolve'
    | 'taps:send'
    | 'taps:write'
    | 'totals:read'
    | 'trips:alight'
    | 'trips:board'
    | 'trips:read'
    | 'users:erase'
    | 'users:export'
    | 'users:find'
    | 'users:read'
    | 'users:write'
    | 'validators:read'
    | 'validators:write'
  )[];
  expires_at: string | null;
  currency: string;
  time_zone: string;
  version: string;
};

export type HealthResponse = {
  status: 'degraded' | 'healthy' | 'unhealthy';
  message: string;
  version: string;
};

export type DatabasePing = { status: 'ok' };

export type FaresInForce = {
  on: string;
  tariffs: Tariff[];
  transfer_rule: TransferRule | null;
  transfer_prices: TransferPrice[];
  concessions: Concession[];
  limits: FareLimit[];
};

export type Tariffs = { tariffs: Tariff[] };

export type TransferRules = { transfer_rules: TransferRule[] };

export type TransferPrices = { transfer_prices: TransferPrice[] };

export type Concessions = { concessions: Concession[] };

export type FareLimits = { limits: FareLimit[] };

export type ImaginedBoarding = {
  route_type: 'ALIMENTADORA' | 'CABLE' | 'DUAL' | 'TRONCAL' | 'ZONAL_UCE';
  route: string | number;
  station: string | number;
  at: string;
};

export type PriceRequest = {
  personalised: boolean;
  rider_category?: 'disability' | 'senior' | 'sisben' | 'standard' | null;
  balance?: number | null;
  boardings: ImaginedBoarding[];
};

export type PricedBoarding = {
  product: 'trunk' | 'zonal';
  base_price: number;
  reason:
    | 'basic_card'
    | 'full_fare'
    | 'same_route'
    | 'same_station'
    | 'transfer'
    | 'transfer_window_over'
    | 'transfers_used_up'
    | 'trunk_to_trunk'
    | 'trunk_zonal_trunk';
  concession: 'applied' | 'quota_used' | null;
  on_credit: boolean;
  capped: boolean;
  passback: boolean;
  transfers_used: number;
  transfers_left: number | null;
  window_ends_at: string | null;
  at: string;
  amount: number;
  anchor: number;
  balance_after: number | null;
  refused?: 'insufficient_balance';
  required?: number;
  shortfall?: number;
};

export type PriceResponse = { boardings: PricedBoarding[]; total: number };

export type ProblemComplaint = { pointer: string; detail: string };

export type UnsettledCard = { card_id: number; balance: number; debt: number; pending_load: number };

export type Problem = {
  code:
    | 'access_key_not_found'
    | 'action_not_found'
    | 'action_returned'
    | 'alert_not_found'
    | 'already_exists'
    | 'already_reversed'
    | 'arrival_not_found'
    | 'balance_limit'
    | 'balance_not_settled'
    | 'body_too_large'
    | 'cache_away'
    | 'cache_key_not_found'
    | 'card_not_active'
    | 'card_not_found'
    | 'concessionaire_not_found'
    | 'database_away'
    | 'database_busy'
    | 'driver_not_found'
    | 'expectation_failed'
    | 'headers_too_large'
    | 'idempotency_key_reused'
    | 'illegal_transition'
    | 'insufficient_balance'
    | 'internal_error'
    | 'invalid_host'
    | 'invalid_value'
    | 'issuer_away'
    | 'key_expired'
    | 'key_invalid'
    | 'key_not_in_force'
    | 'key_required'
    | 'key_revoked'
    | 'malformed_header'
    | 'malformed_request'
    | 'method_not_allowed'
    | 'network_not_allowed'
    | 'no_tariff'
    | 'not_found'
    | 'not_this_recharge_point'
    | 'not_this_validator'
    | 'open_mode_is_local'
    | 'overloaded'
    | 'payout_limit'
    | 'proof_not_found'
    | 'proof_running'
    | 'recharge_not_found'
    | 'recharge_point_not_found'
    | 'recharge_spent'
    | 'request_in_progress'
    | 'request_timeout'
    | 'reversal_limit'
    | 'rider_erased'
    | 'route_inactive'
    | 'route_not_found'
    | 'scope_missing'
    | 'service_stopping'
    | 'simulation_off'
    | 'station_inactive'
    | 'station_not_found'
    | 'station_not_on_route'
    | 'suspended_tap_not_found'
    | 'tap_already_resolved'
    | 'token_invalid'
    | 'too_many_requests'
    | 'too_many_watchers'
    | 'totals_incomplete'
    | 'transaction_id_reused'
    | 'trip_already_ended'
    | 'trip_already_open'
    | 'trip_not_found'
    | 'unsupported_media_type'
    | 'uri_too_long'
    | 'user_not_found'
    | 'validator_not_active'
    | 'validator_not_found'
    | 'vehicle_not_found';
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  request_id: string;
  trace_id: string;
  errors?: ProblemComplaint[];
  required?: number;
  available?: number;
  shortfall?: number;
  cards?: UnsettledCard[];
  scope?: string;
  limit?: string;
  most?: number;
  left?: number;
};

/** What each operation takes and answers. */
export interface Operations {
  'GET /users': {
    path: undefined;
    query: { limit?: number; cursor?: string; name?: string; id_number?: string };
    body: undefined;
    response: UserPage;
  };
  'POST /users': { path: undefined; query: undefined; body: CreateUser; response: UserResponse };
  'GET /users/count': { path: undefined; query: undefined; body: undefined; response: UserCount };
  'GET /users/active/count': {
    path: undefined;
    query: undefined;
    body: undefined;
    response: ActiveUserCount;
  };
  'GET /users/latest': { path: undefined; query: undefined; body: undefined; response: LatestUser | null };
  'GET /users/{user_id}': {
    path: { user_id: number };
    query: undefined;
    body: undefined;
    response: UserResponse;
  };
  'GET /users/{user_id}/export': {
    path: { user_id: number };
    query: undefined;
    body: undefined;
    response: UserExport;
  };
  'POST /users/{user_id}/erasure': {
    path: { user_id: number };
    query: undefined;
    body: EraseUser;
    response: ErasureResponse;
  };
  'GET /cards': {
    path: undefined;
    query: {
      limit?: number;
      cursor?: string;
      status?: 'active' | 'blocked' | 'inactive' | 'lost';
      profile?: 'basic' | 'personalised';
      user_id?: number;
    };
    body: undefined;
    response: CardPage;
  };
  'POST /cards': { path: undefined; query: undefined; body: CreateCard; response: CardResponse };
  'GET /cards/{card_id}': {
    path: { card_id: number };
    query: undefined;
    body: undefined;
    response: CardDetails;
  };
  'PATCH /cards/{card_id}': {
    path: { card_id: number };
    query: undefined;
    body: ChangeCardStatus;
    response: CardResponse;
  };
  'GET /cards/{card_id}/balance': {
    path: { card_id: number };
    query: undefined;
    body: undefined;
    response: CardBalance;
  };
  'GET /cards/{card_id}/statement': {
    path: { card_id: number };
    query: { limit?: number; cursor?: string };
    body: undefined;
    response: CardStatement;
  };
  'GET /users/{user_id}/cards': {
    path: { user_id: number };
    query: undefined;
    body: undefined;
    response: UserCards;
  };
  'GET /users/{user_id}/card-balance': {
    path: { user_id: number };
    query: undefined;
    body: undefined;
    response: UserCardBalance;
  };
  'GET /recharges': {
    path: undefined;
    query: {
      limit?: number;
      cursor?: string;
      card_id?: number;
      user_id?: number;
      recharge_point_id?: number;
      channel?: string;
      reversed?: 'false' | 'true';
      from?: string;
      to?: string;
    };
    body: undefined;
    response: RechargePage;
  };
  'POST /recharges': { path: undefined; query: undefined; body: CreateRecharge; response: RechargeResponse };
  'GET /recharges/{recharge_id}': {
    path: { recharge_id: number };
    query: undefined;
    body: undefined;
    response: RechargeDetails;
  };
  'POST /recharges/{recharge_id}/reversal': {
    path: { recharge_id: number };
    query: undefined;
    body: ReverseRecharge;
    response: ReversalResponse;
  };
  'POST /cards/recharge': {
    path: undefined;
    query: undefined;
    body: CreateRecharge;
    response: RechargeResponse;
  };
  'GET /cards/{card_id}/history': {
    path: { card_id: number };
    query: undefined;
    body: undefined;
    response: CardHistory;
  };
  'GET /users/{user_id}/recharges': {
    path: { user_id: number };
    query: { limit?: number; cursor?: string };
    body: undefined;
    response: UserRecharges;
  };
  'GET /actions': { path: undefined; query: { since?: number }; body: undefined; response: ActionList };
  'GET /actions/{action_id}': {
    path: { action_id: number };
    query: undefined;
    body: undefined;
    response: ActionResponse;
  };
  'POST /actions/{action_id}/collection': {
    path: { action_id: number };
    query: undefined;
    body: undefined;
    response: ActionResponse;
  };
  'GET /trips': {
    path: undefined;
    query: {
      limit?: number;
      cursor?: string;
      card_id?: number;
      user_id?: number;
      route_id?: number;
      station_id?: number;
      vehicle_id?: number;
      status?: 'closed_without_exit' | 'completed' | 'in_progress';
      from?: string;
      to?: string;
    };
    body: undefined;
    response: TripPage;
  };
  'POST /trips/start': { path: undefined; query: undefined; body: StartTrip; response: BoardingResponse };
  'POST /trips/end': { path: undefined; query: undefined; body: EndTrip; response: AlightingResponse };
  'POST /trips/complete': {
    path: undefined;
    query: undefined;
    body: CompleteTrip;
    response: BoardingResponse;
  };
  'POST /trips/simulate/revenue-test': {
    path: undefined;
    query: { num_trips?: number };
    body: undefined;
    response: SimulationResponse;
  };
  'GET /trips/total': { path: undefined; query: undefined; body: undefined; response: TripTotals };
  'GET /trips/total/localities': {
    path: undefined;
    query: undefined;
    body: undefined;
    response: TripTotalsByLocality;
  };
  'GET /trips/card/{card_id}': {
    path: { card_id: number };
    query: undefined;
    body: undefined;
    response: TripsOfCard;
  };
  'GET /trips/{trip_id}': {
    path: { trip_id: number };
    query: undefined;
    body: undefined;
    response: TripResponse;
  };
  'POST /fares/quote': { path: undefined; query: undefined; body: QuoteRequest; response: FareQuote };
  'POST /fares/repricing': { path: undefined; query: undefined; body: RepricingRequest; response: Repricing };
  'GET /validators': {
    path: undefined;
    query: {
      limit?: number;
      cursor?: string;
      concessionaire_id?: number;
      station_id?: number;
      vehicle_id?: number;
      status?: 'active' | 'inactive';
    };
    body: undefined;
    response: ValidatorPage;
  };
  'POST /validators': {
    path: undefined;
    query: undefined;
    body: CreateValidator;
    response: ValidatorResponse;
  };
  'GET /validators/late': { path: undefined; query: undefined; body: undefined; response: LateValidators };
  'PATCH /validators/{validator_id}': {
    path: { validator_id: number };
    query: undefined;
    body: ChangeValidator;
    response: ValidatorResponse;
  };
  'POST /taps': { path: undefined; query: undefined; body: ReportedTaps; response: TapResults };
  'GET /taps/suspense': {
    path: undefined;
    query: {
      limit?: number;
      cursor?: string;
      status?: 'open' | 'resolved';
      reason?:
        | 'card_closed'
        | 'future'
        | 'no_tariff'
        | 'other_station'
        | 'sequence_reused'
        | 'station_not_on_route'
        | 'too_old'
        | 'unknown_card'
        | 'unknown_route'
        | 'unknown_station'
        | 'unreadable_time';
      validator_id?: number;
    };
    body: undefined;
    response: SuspendedTapPage;
  };
  'POST /taps/{suspense_id}/resolution': {
    path: { suspense_id: number };
    query: undefined;
    body: ResolveTap;
    response: SuspendedTapResponse;
  };
  'GET /hotlist': { path: undefined; query: { since?: number }; body: undefined; response: HotlistResponse };
  'GET /finance/revenue': { path: undefined; query: undefined; body: undefined; response: RevenueResponse };
  'GET /trips/finance/revenue': {
    path: undefined;
    query: undefined;
    body: undefined;
    response: RevenueResponse;
  };
  'GET /finance/revenue/localities': {
    path: undefined;
    query: undefined;
    body: undefined;
    response: RevenueByLocality;
  };
  'GET /finance/revenue/series': {
    path: undefined;
    query: {
      interval?: 'day' | 'hour' | 'total';
      from?: string;
      to?: string;
      by?: 'concessionaire' | 'locality';
    };
    body: undefined;
    response: RevenueSeries;
  };
  'GET /finance/recharges/series': {
    path: undefined;
    query: {
      interval?: 'day' | 'hour' | 'total';
      from?: string;
      to?: string;
      by?: 'channel' | 'recharge_point';
      recharge_point_id?: number;
    };
    body: undefined;
    response: RechargeSeries;
  };
  'GET /activity/minutes': {
    path: undefined;
    query: { from?: string; to?: string; station_id?: number };
    body: undefined;
    response: ActivityByMinute;
  };
  'GET /activity/stations': {
    path: undefined;
    query: { from?: string; to?: string; step?: number };
    body: undefined;
    response: ActivityByStation;
  };
  'GET /events': {
    path: undefined;
    query: { types?: string; keys?: string; last_event_id?: string };
    body: undefined;
    response: string;
  };
  'GET /stations': {
    path: undefined;
    query: {
      limit?: number;
      cursor?: string;
      near?: string;
      radius?: number;
      locality?: string;
      status?: 'active' | 'inactive';
      name?: string;
    };
    body: undefined;
    response: StationPage;
  };
  'GET /stations/identifiers': {
    path: undefined;
    query: undefined;
    body: undefined;
    response: StationIdentifiers;
  };
  'GET /stations/{code}/details': {
    path: { code: string };
    query: undefined;
    body: undefined;
    response: StationDetails;
  };
  'GET /routes': {
    path: undefined;
    query: {
      limit?: number;
      cursor?: string;
      name?: string;
      type?: 'ALIMENTADORA' | 'CABLE' | 'DUAL' | 'TRONCAL' | 'ZONAL_UCE';
      status?: 'active' | 'inactive';
    };
    body: undefined;
    response: RoutePage;
  };
  'GET /routes/codes': { path: undefined; query: undefined; body: undefined; response: RouteCodes };
  'GET /routes/{code}/details': {
    path: { code: string };
    query: undefined;
    body: undefined;
    response: RouteDetails;
  };
  'GET /routes/{code}/current-location': {
    path: { code: string };
    query: undefined;
    body: undefined;
    response: RouteLocation;
  };
  'GET /route/{code}/current-location': {
    path: { code: string };
    query: undefined;
    body: undefined;
    response: RouteLocation;
  };
  'GET /trips/routes/{route_id}/stations': {
    path: { route_id: number };
    query: undefined;
    body: undefined;
    response: RouteStations;
  };
  'POST /arrivals': { path: undefined; query: undefined; body: CreateArrival; response: Arrival };
  'PATCH /arrivals/{arrival_id}': {
    path: { arrival_id: number };
    query: undefined;
    body: ChangeArrival;
    response: Arrival;
  };
  'GET /stations/{station_id}/arrivals': {
    path: { station_id: number };
    query: undefined;
    body: undefined;
    response: Arrivals;
  };
  'GET /stations/{code}/realtime-arrivals': {
    path: { code: string };
    query: undefined;
    body: undefined;
    response: Arrivals;
  };
  'GET /alerts': { path: undefined; query: undefined; body: undefined; response: ActiveAlerts };
  'POST /alerts': { path: undefined; query: undefined; body: CreateAlert; response: Alert };
  'PATCH /alerts/{alert_id}': {
    path: { alert_id: number };
    query: undefined;
    body: ChangeAlert;
    response: Alert;
  };
  'GET /stations/{station_id}/alerts': {
    path: { station_id: number };
    query: { active_only?: 'false' | 'true' };
    body: undefined;
    response: Alerts;
  };
  'GET /system/alerts': {
    path: undefined;
    query: { active_only?: 'false' | 'true' };
    body: undefined;
    response: Alerts;
  };
  'GET /vehicles': {
    path: undefined;
    query: {
      limit?: number;
      cursor?: string;
      concessionaire_id?: number;
      status?: 'active' | 'inactive' | 'maintenance';
    };
    body: undefined;
    response: VehiclePage;
  };
  'GET /vehicles/positions': { path: undefined; query: undefined; body: undefined; response: LastPositions };
  'POST /vehicle-positions': {
    path: undefined;
    query: undefined;
    body: Observations;
    response: StoredObservations;
  };
  'GET /network': { path: undefined; query: undefined; body: undefined; response: NetworkDocument };
  'GET /locations': {
    path: undefined;
    query: { limit?: number; cursor?: string; name?: string };
    body: undefined;
    response: LocationPage;
  };
  'GET /concessionaires': {
    path: undefined;
    query: { limit?: number; cursor?: string; name?: string };
    body: undefined;
    response: ConcessionairePage;
  };
  'GET /depots': {
    path: undefined;
    query: { limit?: number; cursor?: string; concessionaire_id?: number };
    body: undefined;
    response: DepotPage;
  };
  'GET /drivers': {
    path: undefined;
    query: {
      limit?: number;
      cursor?: string;
      concessionaire_id?: number;
      status?: 'active' | 'inactive' | 'on_leave';
    };
    body: undefined;
    response: DriverPage;
  };
  'GET /recharge-points': {
    path: undefined;
    query: {
      limit?: number;
      cursor?: string;
      near?: string;
      radius?: number;
      locality?: string;
      channel?: string;
      name?: string;
    };
    body: undefined;
    response: RechargePointPage;
  };
  'GET /search': {
    path: undefined;
    query: { q: string; kind?: 'card' | 'recharge' | 'route' | 'station' | 'trip' | 'user'; limit?: number };
    body: undefined;
    response: SearchResults;
  };
  'GET /proofs': {
    path: undefined;
    query: { limit?: number; cursor?: string };
    body: undefined;
    response: ProofPage;
  };
  'POST /proofs': { path: undefined; query: undefined; body: undefined; response: ProofResponse };
  'GET /proofs/latest': {
    path: undefined;
    query: undefined;
    body: undefined;
    response: ProofResponse | null;
  };
  'GET /proofs/{proof_id}': {
    path: { proof_id: number };
    query: undefined;
    body: undefined;
    response: ProofResponse;
  };
  'GET /instances': { path: undefined; query: undefined; body: undefined; response: Instances };
  'GET /audit': {
    path: undefined;
    query: {
      client?: string;
      object_kind?: string;
      object_id?: string;
      from?: string;
      to?: string;
      limit?: number;
      cursor?: string;
    };
    body: undefined;
    response: AuditEntries;
  };
  'GET /audit/export': {
    path: undefined;
    query: {
      client?: string;
      object_kind?: string;
      object_id?: string;
      from?: string;
      to?: string;
      before_entry?: number;
    };
    body: undefined;
    response: string;
  };
  'GET /cache/stats': { path: undefined; query: undefined; body: undefined; response: CacheStats };
  'GET /cache/keys': { path: undefined; query: { cursor?: string }; body: undefined; response: CachedKeys };
  'GET /cache/templates': { path: undefined; query: undefined; body: undefined; response: CacheTemplateList };
  'GET /cache/health': { path: undefined; query: undefined; body: undefined; response: CacheHealth };
  'POST /cache/clear': { path: undefined; query: undefined; body: undefined; response: CacheCleared };
  'DELETE /cache/key/{key}': {
    path: { key: string };
    query: undefined;
    body: undefined;
    response: CacheKeyRemoved;
  };
  'GET /cache/performance-test': {
    path: undefined;
    query: undefined;
    body: undefined;
    response: PerformanceTest;
  };
  'POST /keys': { path: undefined; query: undefined; body: CreateAccessKey; response: NewAccessKeyResponse };
  'GET /keys': {
    path: undefined;
    query: { limit?: number; cursor?: string };
    body: undefined;
    response: AccessKeyPage;
  };
  'PATCH /keys/{key_id}': {
    path: { key_id: string };
    query: undefined;
    body: KeyRole;
    response: AccessKeyResponse;
  };
  'POST /keys/{key_id}/roll': {
    path: { key_id: string };
    query: undefined;
    body: RollAccessKey;
    response: NewAccessKeyResponse;
  };
  'POST /keys/{key_id}/revocation': {
    path: { key_id: string };
    query: undefined;
    body: undefined;
    response: AccessKeyResponse;
  };
  'GET /caller': { path: undefined; query: undefined; body: undefined; response: CallerResponse };
  'GET /health': { path: undefined; query: undefined; body: undefined; response: HealthResponse };
  'GET /health/db': { path: undefined; query: undefined; body: undefined; response: HealthResponse };
  'GET /health/cache': { path: undefined; query: undefined; body: undefined; response: HealthResponse };
  'GET /health/live': { path: undefined; query: undefined; body: undefined; response: HealthResponse };
  'GET /health/ready': { path: undefined; query: undefined; body: undefined; response: HealthResponse };
  'GET /ping-db': { path: undefined; query: undefined; body: undefined; response: DatabasePing };
  'GET /metrics': { path: undefined; query: undefined; body: undefined; response: string };
  'GET /fares': { path: undefined; query: { on?: string }; body: undefined; response: FaresInForce };
  'GET /fares/tariffs': { path: undefined; query: undefined; body: undefined; response: Tariffs };
  'POST /fares/tariffs': { path: undefined; query: undefined; body: Tariff; response: Tariff };
  'GET /fares/transfer-rules': {
    path: undefined;
    query: undefined;
    body: undefined;
    response: TransferRules;
  };
  'POST /fares/transfer-rules': {
    path: undefined;
    query: undefined;
    body: TransferRule;
    response: TransferRule;
  };
  'GET /fares/transfer-prices': {
    path: undefined;
    query: undefined;
    body: undefined;
    response: TransferPrices;
  };
  'POST /fares/transfer-prices': {
    path: undefined;
    query: undefined;
    body: TransferPrice;
    response: TransferPrice;
  };
  'GET /fares/concessions': { path: undefined; query: undefined; body: undefined; response: Concessions };
  'POST /fares/concessions': { path: undefined; query: undefined; body: Concession; response: Concession };
  'GET /fares/limits': { path: undefined; query: undefined; body: undefined; response: FareLimits };
  'POST /fares/limits': { path: undefined; query: undefined; body: FareLimit; response: FareLimit };
  'POST /fares/price': { path: undefined; query: undefined; body: PriceRequest; response: PriceResponse };
}
