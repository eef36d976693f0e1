import type { Template } from './template.ts';
import type { Topic } from './topics.ts';

/** The product's own words, for merchants who did not write any; by language, then topic. */
export const builtInTemplates: Readonly<Record<string, Readonly<Record<Topic, Template>>>> = {
  en: {
    ORDER_CONFIRMED: {
      subject: 'Your order {{order.number}} at {{merchant.name}}',
      body: `Thank you for your order {{order.number}}.

{{order.lines}}

Shipping: {{order.shipping}}
Total: {{order.total}}, tax of {{order.tax}} included

{{merchant.name}}`,
    },
    ORDER_CANCELLED: {
      subject: 'Your order {{order.number}} was cancelled',
      body: `Your order {{order.number}} over {{order.total}} was cancelled. Whatever you have paid for it is paid back to you.

{{merchant.name}}`,
    },
    ORDER_FAILED: {
      subject: 'Your order {{order.number}} did not go through',
      body: `We could not complete your order {{order.number}} over {{order.total}}. You owe nothing for it. You are welcome to order again.

{{merchant.name}}`,
    },
    PAYMENT_FAILED: {
      subject: 'The payment for your order {{order.number}} failed',
      body: `The payment of {{order.total}} for your order {{order.number}} did not succeed.

{{merchant.name}}`,
    },
    REFUND_ISSUED: {
      subject: 'Refund for your order {{order.number}}',
      body: `We have refunded {{refund.amount}} for your order {{order.number}}. It may take a few days until you see it on your account.

{{merchant.name}}`,
    },
    SHIPMENT_DISPATCHED: {
      subject: 'Your parcel {{shipment.number}} is on its way',
      body: `The carrier has your parcel {{shipment.number}} with goods of your order {{order.number}}.

Follow it: {{shipment.trackingUrl}}

{{merchant.name}}`,
    },
    SHIPMENT_ARRIVING: {
      subject: 'Your parcel {{shipment.number}} is around the corner',
      body: `Your parcel {{shipment.number}} with goods of your order {{order.number}} is about to arrive.

{{merchant.name}}`,
    },
    SHIPMENT_DELIVERED: {
      subject: 'Your parcel {{shipment.number}} was delivered',
      body: `Your parcel {{shipment.number}} with goods of your order {{order.number}} was delivered. We hope that you like what is in it.

{{merchant.name}}`,
    },
    SHIPMENT_DELAYED: {
      subject: 'Your parcel {{shipment.number}} is late',
      body: `Your parcel {{shipment.number}} with goods of your order {{order.number}} comes later than we first said. We are sorry.

{{merchant.name}}`,
    },
    POINTS_EARNED: {
      subject: 'You earned {{points.earned}} points!',
      body: `You earned {{points.earned}} points at {{merchant.name}}. {{points.available}} points are yours to use.

{{merchant.name}}`,
    },
    POINTS_CORRECTED: {
      subject: 'Your points at {{merchant.name}} have changed',
      body: `Your points changed by {{points.change}}: {{points.reason}} You now have {{points.available}} points to use.

{{merchant.name}}`,
    },
    POINTS_EXPIRING: {
      subject: '{{points.expiring}} of your points expire soon',
      body: `{{points.expiring}} of your points at {{merchant.name}} expire on {{points.expiresOn}}. Use them before.

{{merchant.name}}`,
    },
    TIER_CHANGED: {
      subject: 'You are now {{tier.name}} at {{merchant.name}}',
      body: `Your level at {{merchant.name}} is now {{tier.name}}.

{{merchant.name}}`,
    },
  },
  de: {
    ORDER_CONFIRMED: {
      subject: 'Ihre Bestellung {{order.number}} bei {{merchant.name}}',
      body: `Vielen Dank für Ihre Bestellung {{order.number}}.

{{order.lines}}

Versand: {{order.shipping}}
Summe: {{order.total}}, darin Steuern von {{order.tax}}

{{merchant.name}}`,
    },
    ORDER_CANCELLED: {
      subject: 'Ihre Bestellung {{order.number}} wurde storniert',
      body: `Ihre Bestellung {{order.number}} über {{order.total}} wurde storniert. Was Sie dafür gezahlt haben, erhalten Sie zurück.

{{merchant.name}}`,
    },
    ORDER_FAILED: {
      subject: 'Ihre Bestellung {{order.number}} kam nicht zustande',
      body: `Wir konnten Ihre Bestellung {{order.number}} über {{order.total}} nicht abschließen. Sie schulden uns dafür nichts. Gern können Sie erneut bestellen.

{{merchant.name}}`,
    },
    PAYMENT_FAILED: {
      subject: 'Die Zahlung für Ihre Bestellung {{order.number}} ist fehlgeschlagen',
      body: `Die Zahlung von {{order.total}} für Ihre Bestellung {{order.number}} war nicht erfolgreich.

{{merchant.name}}`,
    },
    REFUND_ISSUED: {
      subject: 'Erstattung zu Ihrer Bestellung {{order.number}}',
      body: `Wir haben Ihnen {{refund.amount}} zu Ihrer Bestellung {{order.number}} erstattet. Es kann einige Tage dauern, bis der Betrag auf Ihrem Konto erscheint.

{{merchant.name}}`,
    },
    SHIPMENT_DISPATCHED: {
      subject: 'Ihr Paket {{shipment.number}} ist unterwegs',
      body: `Der Zusteller hat Ihr Paket {{shipment.number}} mit Ware aus Ihrer Bestellung {{order.number}}.

Verfolgen Sie es: {{shipment.trackingUrl}}

{{merchant.name}}`,
    },
    SHIPMENT_ARRIVING: {
      subject: 'Ihr Paket {{shipment.number}} ist gleich da',
      body: `Ihr Paket {{shipment.number}} mit Ware aus Ihrer Bestellung {{order.number}} kommt jeden Augenblick an.

{{merchant.name}}`,
    },
    SHIPMENT_DELIVERED: {
      subject: 'Ihr Paket {{shipment.number}} wurde zugestellt',
      body: `Ihr Paket {{shipment.number}} mit Ware aus Ihrer Bestellung {{order.number}} wurde zugestellt. Wir hoffen, dass Ihnen gefällt, was darin ist.

{{merchant.name}}`,
    },
    SHIPMENT_DELAYED: {
      subject: 'Ihr Paket {{shipment.number}} verspätet sich',
      body: `Ihr Paket {{shipment.number}} mit Ware aus Ihrer Bestellung {{order.number}} kommt später als zuerst gesagt. Das tut uns leid.

{{merchant.name}}`,
    },
    POINTS_EARNED: {
      subject: 'Sie haben {{points.earned}} Punkte gesammelt!',
      body: `Sie haben bei {{merchant.name}} {{points.earned}} Punkte gesammelt. Einlösen können Sie {{points.available}} Punkte.

{{merchant.name}}`,
    },
    POINTS_CORRECTED: {
      subject: 'Ihre Punkte bei {{merchant.name}} haben sich geändert',
      body: `Ihre Punkte haben sich um {{points.change}} geändert: {{points.reason}} Einlösen können Sie jetzt {{points.available}} Punkte.

{{merchant.name}}`,
    },
    POINTS_EXPIRING: {
      subject: '{{points.expiring}} Ihrer Punkte verfallen bald',
      body: `{{points.expiring}} Ihrer Punkte bei {{merchant.name}} verfallen am {{points.expiresOn}}. Lösen Sie sie vorher ein.

{{merchant.name}}`,
    },
    TIER_CHANGED: {
      subject: 'Sie sind jetzt {{tier.name}} bei {{merchant.name}}',
      body: `Ihre Stufe bei {{merchant.name}} ist jetzt {{tier.name}}.

{{merchant.name}}`,
    },
  },
};

/** A merchant's own words for one language. */
export interface OwnTemplate extends Template {
  readonly languageCode: string;
}

/** The words to use, and their language: in each language of the chain the merchant's own, else the built-in ones. */
export function chooseTemplate(
  topic: Topic,
  chain: readonly string[],
  own: readonly OwnTemplate[],
): { template: Template; languageCode: string } {
  for (const languageCode of chain) {
    const template = own.find((one) => one.languageCode === languageCode) ?? builtInTemplates[languageCode]?.[topic];
    if (template) return { template, languageCode };
  }
  throw new Error(`No words for ${topic} in any of ${chain.join(', ')}; the chain must end with a built-in language.`);
}
