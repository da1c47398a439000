/** Servers for customers, money, shops and marketing. */
export const BUSINESS = {
  stripe: `
create_customer | Create a customer in Stripe | email; name; metadata
list_customers | List Stripe customers | email; limit
create_payment_intent | Start a payment of an amount | amount; currency; customer
create_refund | Refund a charge fully or partly | charge; amount; reason
create_invoice | Create an invoice for a customer | customer; days_until_due
finalize_invoice | Finalise a draft invoice so that it can be paid | invoice
create_subscription | Subscribe a customer to a recurring price | customer; price; trial_days
cancel_subscription | Cancel a subscription now or at the end of the period | subscription; at_period_end
create_payment_link | Create a link by which anybody can pay | price; quantity
list_disputes | List chargebacks that customers opened | status
submit_dispute_evidence | Submit evidence against a chargeback | dispute; evidence
create_coupon | Create a discount coupon | percent_off; duration
get_balance | Get available and pending balance | currency
list_payouts | List payouts to the bank account | status
create_price | Create a price of a product | product; unit_amount; interval`,
  salesforce: `
soql_query | Query Salesforce records with SOQL | soql
create_lead | Create a sales lead | first_name; last_name; company; email; source
convert_lead | Convert a lead to account, contact and opportunity | lead_id
create_opportunity | Create a sales opportunity | name; account_id; stage; amount; close_date
update_opportunity_stage | Move an opportunity to another stage of the pipeline | opportunity_id; stage
list_accounts | List customer accounts | industry; owner
log_call | Log a phone call with a contact | contact_id; subject; notes
create_case | Create a support case for an account | account_id; subject; priority
get_pipeline_report | Get the sales pipeline by stage and owner | quarter; owner
merge_contacts | Merge duplicate contacts | master_id; duplicate_ids
create_campaign | Create a marketing campaign in Salesforce | name; type; budget
add_campaign_members | Add leads or contacts to a campaign | campaign_id; ids
describe_object | Describe the fields of a Salesforce object | object`,
  hubspot: `
create_contact | Create a contact in HubSpot | email; firstname; lastname; company
search_contacts | Search contacts by property | query; properties
create_deal | Create a deal in a pipeline | name; amount; stage
list_deals | List deals with stage and owner | pipeline; stage
create_note | Attach a note to a contact, company or deal | object_id; body
enroll_in_sequence | Enrol a contact in an email sequence | contact_id; sequence_id
get_form_submissions | Get the submissions of a web form | form_id; after
create_contact_list | Create a segment of contacts by filters | name; filters
get_email_performance | Get open and click rates of a marketing email | email_id
update_company | Update properties of a company | company_id; properties
associate_records | Associate a contact with a company or deal | from; to
get_owner | Get the owner of a record | owner_id`,
  zendesk: `
create_support_ticket | Create a support ticket for a requester | subject; comment; requester; priority
list_support_tickets | List support tickets by status | status; assignee
reply_to_ticket | Reply publicly to the requester of a ticket | ticket_id; body
add_internal_note | Add an internal note to a ticket | ticket_id; body
solve_ticket | Mark a support ticket as solved | ticket_id
merge_tickets | Merge duplicate support tickets | source_ids; target_id
search_help_center | Search help center articles | query; locale
create_article | Publish a help center article | title; body; section
apply_macro | Apply a prepared macro to a ticket | ticket_id; macro_id
get_satisfaction_ratings | Get customer satisfaction ratings | start; score
assign_group | Hand a ticket to another support group | ticket_id; group
list_macros | List prepared replies | active
suspend_user | Suspend an abusive end user | user_id`,
  shopify: `
list_orders | List orders of the shop | status; financial_status; created_after
get_order | Get one order with its line items | order_id
fulfill_order | Mark an order as shipped with a tracking number | order_id; tracking_number; carrier
cancel_order | Cancel an order and restock its items | order_id; reason
create_product | Create a product in the shop | title; variants; price; images
update_inventory | Set the stock level of a variant at a location | variant_id; location; quantity
list_products | List products | collection; status
create_discount_code | Create a discount code for the shop | code; value; ends_at
list_abandoned_carts | List checkouts that were not completed | since
get_sales_report | Get sales by product, channel and day | start; end
create_collection | Group products into a collection | title; rules
update_product_price | Change the price of a product variant | variant_id; price
create_return | Open a return for items of an order | order_id; items; reason`,
  quickbooks: `
create_bill | Record a bill from a vendor | vendor; amount; due_date
pay_bill | Record the payment of a vendor bill | bill_id; account
get_profit_and_loss | Get the profit and loss statement | start; end; basis
get_balance_sheet | Get the balance sheet at a date | date
create_journal_entry | Create a journal entry with debits and credits | date; lines
list_overdue_invoices | List invoices that customers have not paid in time | days
create_vendor | Create a vendor | name; email; terms
categorize_transaction | Put a bank transaction into an account category | transaction_id; account
reconcile_account | Reconcile a bank account with its statement | account; statement_date
get_tax_summary | Get collected and owed sales tax | period
send_invoice_reminder | Remind a customer of an unpaid invoice | invoice_id
export_ledger | Export the general ledger | start; end; format`,
  mailchimp: `
add_subscriber | Add an address to a newsletter audience | email; audience; tags
remove_subscriber | Remove an address from an audience | email; audience
create_newsletter | Create a newsletter campaign | subject; from; template; audience
send_newsletter | Send a newsletter campaign now | campaign_id
schedule_newsletter | Schedule a newsletter campaign | campaign_id; time
get_campaign_report | Get opens, clicks and bounces of a campaign | campaign_id
create_segment | Create a segment of an audience | audience; conditions
list_audiences | List newsletter audiences | count
create_automation | Create an automated welcome or drip series | trigger; emails
create_template | Create an email template | name; html
test_newsletter | Send a test of a campaign to some addresses | campaign_id; emails`,
  twitter: `
post_tweet | Publish a post on X | text; media; reply_to
delete_tweet | Delete a post | tweet_id
search_tweets | Search recent public posts | query; lang
get_user_timeline | Get the posts of an account | username; limit
follow_user | Follow an account | username
get_mentions | Get posts that mention the account | since
like_tweet | Like a post | tweet_id
send_direct_message | Send a private message to an account | username; text
get_post_metrics | Get impressions and engagement of a post | tweet_id
get_trending_topics | Get the topics that trend in a place | location`,
  google_analytics: `
run_report | Run a report of metrics by dimensions | property; metrics; dimensions; date_range
get_realtime_users | Get how many visitors are on the site now | property
get_top_pages | Get the most visited pages | property; limit
get_traffic_sources | Get where visitors came from | property; date_range
get_conversion_funnel | Get how visitors drop out from step to step | property; steps
list_web_properties | List analytics properties | account
create_conversion_event | Count an event as a conversion | property; event
get_audience_demographics | Get age, country and language of visitors | property
compare_periods | Compare a metric between two periods | property; metric; first; second
get_landing_page_performance | Get bounce rate and engagement by landing page | property`,
  docusign: `
send_for_signature | Send a document to people for signature | document; signers; message
get_envelope_status | Get who has signed and who has not | envelope_id
void_envelope | Withdraw a document that was sent for signature | envelope_id; reason
download_signed_document | Download the completed document with its certificate | envelope_id
create_template_envelope | Create a reusable signing template | name; document; roles
remind_signer | Remind a signer to sign | envelope_id; email
list_envelopes | List documents sent for signature | status; from
add_signer | Add a signer to an envelope | envelope_id; email
get_audit_trail | Get the audit trail of an envelope | envelope_id
bulk_send | Send one document to many people at once | template; recipients`,
};
