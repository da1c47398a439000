/** Servers for messages, documents, time and people. */
export const WORK = {
  slack: `
post_message | Post a message to a Slack channel | channel_id; text: Message text; blocks
reply_to_thread | Reply to a message thread in Slack | channel_id; thread_ts: Timestamp of the parent message; text
add_reaction | Add an emoji reaction to a message | channel_id; timestamp; reaction: Emoji name
list_channels | List public channels in the workspace | limit; cursor
get_channel_history | Get recent messages of a channel | channel_id; limit; oldest
search_messages | Search messages in the Slack workspace | query; sort
get_users | List workspace members with their profiles | cursor
create_channel | Create a channel in the workspace | name; is_private
invite_to_channel | Invite users to a channel | channel_id; users
upload_slack_file | Share a file in a Slack channel | channel_id; file; title
set_channel_topic | Set the topic of a channel | channel_id; topic
schedule_message | Schedule a message to be sent to a channel later | channel_id; text; post_at: Unix time
set_status | Set the status text and emoji of a user | status_text; status_emoji; expiration`,
  teams: `
send_chat_message | Send a message in a Microsoft Teams chat | chat_id; content
send_channel_post | Post to a channel of a Microsoft Teams team | team_id; channel_id; content
list_joined_teams | List the Teams that the user has joined | user
list_chats | List the chats of the user | top
create_online_meeting | Create a Teams online meeting with a join link | subject; start; end; attendees
get_meeting_transcript | Get the transcript of a Teams meeting | meeting_id
get_presence | Get whether a person is available, busy or away | user
add_team_member | Add a member to a team | team_id; user; role
list_channel_messages | List the messages of a team channel | team_id; channel_id
list_recordings | List recordings of Teams meetings | organizer; since`,
  gmail: `
send_email | Send an email message | to: Recipients; cc; subject; body; attachments
draft_email | Save an email as draft without sending it | to; subject; body
search_emails | Search the mailbox with Gmail query syntax | query; max_results
read_email | Read one email with its headers and body | message_id
reply_email | Reply to an email in its thread | message_id; body; reply_all
forward_email | Forward an email to other recipients | message_id; to
delete_email | Move an email to the trash | message_id
modify_labels | Add or remove labels of an email | message_id; add; remove
create_filter | Create a mail filter that sorts incoming messages | from; subject; action
download_attachment | Download an attachment of an email | message_id; attachment_id; save_path
set_vacation_responder | Turn on the automatic out-of-office reply | subject; body; start; end
mark_as_read | Mark messages as read | message_ids
unsubscribe | Unsubscribe from a mailing list | message_id`,
  calendar: `
create_event | Create an event in a calendar with attendees and reminders | summary; start; end; attendees; location
list_events | List events in a time range | calendar_id; time_min; time_max
update_event | Change the time, place or attendees of an event | event_id; start; end
delete_event | Delete an event and notify its attendees | event_id
get_free_busy | Query when people are free or busy | emails; time_min; time_max
respond_to_invitation | Accept, decline or tentatively accept an invitation | event_id; response
list_calendars | List the calendars of the user | show_hidden
suggest_meeting_times | Find time slots that suit all attendees | attendees; duration_minutes; window
set_working_hours | Set working hours and location by weekday | schedule
create_recurring_event | Create an event that repeats by a rule | summary; start; rrule: Recurrence rule
book_room | Reserve a meeting room for an event | room; start; end; capacity`,
  zoom: `
schedule_zoom_meeting | Schedule a Zoom meeting | topic; start_time; duration; password
list_zoom_meetings | List scheduled Zoom meetings | type
get_zoom_recording | Get the cloud recording of a Zoom meeting | meeting_id
delete_zoom_meeting | Cancel a Zoom meeting | meeting_id
list_participants | List who attended a past Zoom meeting | meeting_id
create_webinar | Create a Zoom webinar with registration | topic; start_time; panelists
get_meeting_summary | Get the AI summary and action items of a meeting | meeting_id
create_poll | Add a poll to a Zoom meeting | meeting_id; questions
update_zoom_settings | Change settings such as waiting room and mute on entry | user_id; settings
get_dial_in_numbers | Get the telephone numbers to join a meeting | meeting_id`,
  notion: `
create_page | Create a page in Notion under a parent page or database | parent; title; content
append_blocks | Append content blocks to a Notion page | block_id; children
retrieve_page | Retrieve a Notion page and its properties | page_id
query_database | Query a Notion database with filters and sorts | database_id; filter; sorts
create_database | Create a Notion database with a property schema | parent; title; properties
search_notion | Search pages and databases in Notion by title | query
update_page_properties | Update the properties of a Notion page | page_id; properties
add_page_comment | Add a comment to a Notion page | page_id; text
archive_page | Archive a Notion page | page_id
list_notion_users | List the users of the Notion workspace | page_size
duplicate_page | Duplicate a Notion page with its content | page_id; new_title`,
  confluence: `
create_wiki_page | Create a page in a Confluence space | space_key; title; body; parent_id
update_wiki_page | Edit the body of a Confluence page | page_id; body; version
search_wiki | Search Confluence content with CQL | cql: Confluence Query Language; limit
get_wiki_page | Get a Confluence page as Markdown | page_id
list_spaces | List Confluence spaces | type
get_page_history | Get the version history of a wiki page | page_id
restore_page_version | Restore an earlier version of a wiki page | page_id; version
add_wiki_attachment | Attach a file to a Confluence page | page_id; file
get_page_children | List child pages of a wiki page | page_id
add_page_label | Add a label to a Confluence page | page_id; label
export_space_pdf | Export a whole space as PDF | space_key
set_page_restrictions | Restrict who can view or edit a wiki page | page_id; operation; users`,
  drive: `
search_files_drive | Search files in Google Drive | query; mime_type
upload_drive_file | Upload a file to Google Drive | name; content; folder_id
download_drive_file | Download the content of a Drive file | file_id; export_format
share_file | Share a Drive file with people or by link | file_id; email; role: reader, commenter or writer
create_drive_folder | Create a folder in Google Drive | name; parent_id
move_drive_file | Move a Drive file to another folder | file_id; folder_id
copy_drive_file | Make a copy of a Drive file | file_id; name
trash_file | Move a Drive file to the bin | file_id
list_permissions | List who has access to a Drive file | file_id
revoke_permission | Remove somebody's access to a Drive file | file_id; permission_id
get_storage_quota | Get used and available Drive storage | user
create_doc | Create a Google Docs document | title; content`,
  sheets: `
read_range | Read the values of a range of a spreadsheet | spreadsheet_id; range: A1 notation
write_range | Write values into a range of a spreadsheet | spreadsheet_id; range; values
append_rows | Append rows at the end of a sheet | spreadsheet_id; sheet; rows
create_spreadsheet | Create a spreadsheet | title; sheets
add_sheet | Add a tab to a spreadsheet | spreadsheet_id; title
create_chart | Insert a chart made of a data range | spreadsheet_id; range; chart_type
format_cells | Set number format, colours and borders of cells | spreadsheet_id; range; format
sort_range | Sort rows of a range by a column | spreadsheet_id; range; column; order
create_pivot_table | Create a pivot table that summarises a range | spreadsheet_id; source; rows; values
protect_range | Protect cells against editing | spreadsheet_id; range; editors
apply_formula | Set a formula in cells | spreadsheet_id; range; formula
find_and_replace | Find and replace text in all sheets | spreadsheet_id; find; replacement`,
  todoist: `
create_task | Create a to-do task with due date and priority | content; due_string: For instance tomorrow at 5pm; priority; project
complete_task | Mark a to-do task as done | task_id
list_tasks | List to-do tasks by filter | filter: today, overdue, or a label
update_task | Change the content or due date of a to-do task | task_id; content; due_string
delete_task | Delete a to-do task | task_id
create_project | Create a to-do project | name; color
add_reminder | Add a reminder for a task at a time | task_id; remind_at
list_completed_tasks | List tasks that were completed in a period | since; until
reopen_task | Reopen a completed task | task_id
create_section | Create a section in a to-do project | project_id; name`,
  hr: `
get_employee | Get the profile of an employee: title, manager, location | employee_id
list_employees | List employees by department or location | department; location
request_time_off | Request vacation or sick leave for an employee | employee_id; type; start; end
approve_time_off | Approve or deny a leave request | request_id; decision; note
get_leave_balance | Get remaining vacation days | employee_id; type
get_org_chart | Get the reporting lines of a department | root
create_job_opening | Create a job opening for recruiting | title; department; description
list_candidates | List applicants of a job opening by stage | job_id; stage
move_candidate_stage | Advance an applicant to another hiring stage | candidate_id; stage
get_payslip | Get the payslip of an employee for a month | employee_id; month
start_onboarding | Start the onboarding checklist of a new hire | employee_id; start_date
submit_expense | Submit an expense claim with a receipt | amount; currency; category; receipt`,
};
