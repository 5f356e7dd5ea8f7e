import type { Kysely } from 'kysely';
import type { AlertKind } from '../../domain/alerts/alert-kind.js';
import type { AlertNews } from '../../domain/alerts/follow-alert.js';
import type { ChannelKind } from '../../domain/alerts/alert-channel.js';

/** What became of a message. */
export type DeliveryState = 'waiting' | 'delivered' | 'failed';

/** The tables of alerts. */
export interface AlertTables {
  alert_channels: {
    channel_id: string;
    name: string;
    kind: ChannelKind;
    enabled: boolean;
    shown: unknown;
    update_time: Date;
  };
  alert_channel_secrets: { channel_id: string; secrets: unknown };
  alert_rules: {
    rule_id: string;
    name: string;
    kind: AlertKind;
    threshold: number;
    window_s: number;
    least_count: number;
    channel_ids: string[];
    enabled: boolean;
    remind_every_s: number;
    most_reminders: number;
    clear_after_s: number;
    budget_threshold: boolean;
    update_time: Date;
  };
  alerts: {
    alert_id: string;
    rule_id: string;
    rule_name: string;
    kind: AlertKind;
    subject: string;
    value: number;
    threshold: number;
    start_time: Date;
    end_time: Date | null;
    reminders: number;
    told_time: Date;
    clear_since: Date | null;
  };
  alert_deliveries: {
    delivery_id: string;
    alert_id: string;
    channel_id: string;
    news: AlertNews;
    number: number;
    value: number;
    news_time: Date;
    state: DeliveryState;
    attempts: number;
    next_time: Date;
    last_error: string;
  };
  alert_turn: { turn: number; last_time: Date };
  signal_minutes: { minute: Date; kind: string; provider: string; cases: number; bad: number };
  circuits: { provider: string; model_id: string; open: boolean; change_time: Date; news_time: Date };
  spools: { service: string; instance: string; events: number; bytes: number; report_time: Date };
}

/** The tables in their schema. */
export type AlertDb = Kysely<AlertTables>;
