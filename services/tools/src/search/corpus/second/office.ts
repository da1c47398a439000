/** Servers for work and life in the style of public MCP servers: terse, the service often in the name of the tool. */
export const OFFICE = {
  slack: `
slack_list_channels | List public channels in the workspace with pagination | limit; cursor
slack_post_message | Post a new message to a Slack channel | channel_id; text
slack_reply_to_thread | Reply to a specific message thread | channel_id; thread_ts; text
slack_add_reaction | Add a reaction emoji to a message | channel_id; timestamp; reaction
slack_get_channel_history | Get recent messages from a channel | channel_id; limit
slack_get_users | Get a list of all users in the workspace | cursor
slack_get_user_profile | Get detailed profile information for a specific user | user_id`,
  notion: `
notion-create-page | Creates one or more pages | parent; properties; content
notion-search | Search over the workspace and connected sources | query
notion-fetch | Retrieves details of a page or database by URL | id
notion-update-page | Update properties or content of a page | page_id; command
notion-create-comment | Add a comment to a page | page_id; rich_text
notion-query-data-source | Query entries of a data source | data_source_id; filter`,
  atlassian: `
jira_search | Search Jira issues using JQL | jql; limit
jira_create_issue | Create a new issue | project_key; summary; issue_type; assignee
jira_get_transitions | Get available status transitions for an issue | issue_key
jira_transition_issue | Transition an issue to a new status | issue_key; transition_id
jira_add_worklog | Add time spent to an issue | issue_key; time_spent
jira_get_sprints_from_board | Get sprints of a board | board_id; state
confluence_search | Search Confluence content | query; limit
confluence_create_page | Create a new page | space_key; title; content
confluence_get_page_children | Get child pages | parent_id`,
  linear: `
linear_create_issue | Create a new Linear issue | title; teamId; priority
linear_get_user_issues | Retrieves issues assigned to a user | userId; includeArchived
linear_list_cycles | List cycles of a team | teamId`,
  gmail: `
send_email | Sends a new email | to; subject; body; cc
search_emails | Searches for emails using Gmail search syntax | query; maxResults
read_email | Retrieves the content of a specific email | messageId
draft_email | Draft a new email | to; subject; body
modify_email | Modifies email labels (move to different folders) | messageId; labelIds
batch_delete_emails | Permanently deletes multiple emails | messageIds
create_label | Creates a new Gmail label | name`,
  google_calendar: `
list-events | List events of calendars | calendarId; timeMin; timeMax
create-event | Create a new calendar event | summary; start; end; attendees
update-event | Update an existing calendar event | eventId; start; end
delete-event | Delete a calendar event | eventId
get-freebusy | Query free and busy information of calendars | timeMin; timeMax; calendars
list-colors | List available color IDs and their meanings`,
  gdrive: `
gdrive_search | Search for files in Google Drive | query; pageSize
gdrive_read_file | Read contents of a file from Google Drive | fileId
gsheets_read | Read data from a Google Spreadsheet | spreadsheetId; ranges
gsheets_update_cell | Update a cell value in a Google Spreadsheet | fileId; range; value`,
  discord: `
discord_send | Sends a message to a Discord channel | channelId; message
discord_create_text_channel | Creates a new text channel in a server | guildId; channelName
discord_read_messages | Retrieves messages from a text channel | channelId; limit
discord_delete_message | Deletes a specific message | channelId; messageId
discord_create_webhook | Creates a new webhook for a channel | channelId; name`,
  telegram: `
send_telegram_message | Send a message to a chat | chat_id; message
get_chats | Get a paginated list of chats | page
ban_user | Ban a user from a group or channel | chat_id; user_id
pin_message | Pin a message in a chat | chat_id; message_id`,
  whatsapp: `
search_contacts | Search WhatsApp contacts by name or phone number | query
send_message | Send a WhatsApp message to a person or group | recipient; message
send_audio_message | Send an audio file as a voice message | recipient; media_path
download_media | Download media from a message | message_id; chat_jid`,
  trello: `
get_lists | Retrieves all lists from the board | boardId
add_card_to_list | Adds a new card to a list | listId; name; dueDate
move_card | Moves a card to a different list | cardId; listId
archive_card | Sends a card to the archive | cardId
add_checklist_item | Adds an item to a checklist of a card | cardId; text`,
  asana: `
asana_create_task | Create a new task in a project | project_id; name; due_on
asana_search_tasks | Search tasks in a workspace with filters | workspace; text; completed
asana_get_project_status | Get a project status update | project_status_gid
asana_add_task_dependencies | Set dependencies for a task | task_id; dependencies`,
  airtable: `
list_bases | List all accessible Airtable bases
list_records | List records from a table | baseId; tableId; maxRecords
create_record | Create a new record in a table | baseId; tableId; fields
update_records | Update up to 10 records in a table | baseId; tableId; records
create_field | Create a new field in a table | baseId; tableId; field`,
  obsidian: `
obsidian_list_files_in_vault | Lists all files and directories in the root of your vault
obsidian_append_content | Append content to a new or existing note in the vault | filepath; content
obsidian_simple_search | Search for text across all files in the vault | query
obsidian_get_recent_changes | Get recently modified notes | limit; days`,
  hubspot: `
hubspot_create_contact | Create a new contact | email; firstname; lastname
hubspot_get_company_activity | Get activity history of a company | company_id
hubspot_create_deal | Create a deal in a pipeline | dealname; amount; dealstage`,
  stripe: `
create_customer | Create a new customer | name; email
list_invoices | List invoices | customer; limit
create_payment_link | Create a payment link | price; quantity
create_refund | Refund a payment intent | payment_intent; amount
retrieve_balance | Retrieve the balance of the account
list_disputes | List disputes | charge
create_coupon | Create a coupon | name; percent_off
cancel_subscription | Cancel a subscription | subscription`,
  paypal: `
create_invoice | Create and send an invoice on PayPal | recipient_email; items
list_transactions | List transactions in a date range | start_date; end_date
create_shipment_tracking | Add a tracking number to a transaction | tracking_number; transaction_id; carrier`,
  shopify: `
get-products | Get all products or search by title | searchTitle; limit
get-customer-orders | Get orders of a customer | customerId
update-order | Update note, tags or address of an order | id; note; tags
manage-inventory | Set available quantity of a product at a location | inventoryItemId; quantity`,
  twilio: `
send_sms | Send an SMS text message to a phone number | to; from; body
make_call | Place a voice call | to; twiml
lookup_phone_number | Find carrier and type of a number | number`,
  spotify: `
SpotifyPlayback | Manages the current playback: get, start, pause, skip | action; spotify_uri
SpotifySearch | Search for tracks, albums, artists, or playlists | query; qtype
SpotifyQueue | Manage the playback queue - get the queue or add tracks | action; track_id
SpotifyPlaylist | Manage playlists: create, add tracks, change details | action; name`,
  youtube: `
get_transcript | Extract transcript from a YouTube video | url; lang
search_videos | Search for videos on YouTube | query; maxResults
get_channel_statistics | Get subscriber and view counts of a channel | channelId
get_video_comments | Get comments of a video | videoId`,
  google_maps: `
maps_geocode | Convert an address into geographic coordinates | address
maps_reverse_geocode | Convert coordinates into an address | latitude; longitude
maps_search_places | Search for places using Google Places API | query; radius
maps_distance_matrix | Calculate travel distance and time for multiple origins and destinations | origins; destinations; mode
maps_elevation | Get elevation data for locations on the earth | locations
maps_directions | Get directions between two points | origin; destination; mode`,
};
