/** Servers for files, the web, places, media and things at home. */
export const LOCAL = {
  filesystem: `
read_text_file | Read the complete contents of a text file | path; head; tail
write_file | Create a file or overwrite it with new content | path; content
edit_file | Make line-based edits to a text file | path; edits; dry_run
create_directory | Create a directory or make sure that it exists | path
list_directory | List files and directories at a path | path
directory_tree | Get a recursive tree of files and directories as JSON | path; exclude
move_file | Move or rename a file or directory | source; destination
search_files | Search recursively for files whose names match a pattern | path; pattern
get_file_info | Get size, times and permissions of a file | path
read_media_file | Read an image or audio file as base64 | path
delete_file | Delete a file | path
watch_directory | Watch a directory and report changes | path; recursive
zip_files | Pack files into a zip archive | paths; archive`,
  browser: `
navigate_page | Open a web page in the browser | url
click_element | Click an element of the page | selector
fill_input | Type text into an input field | selector; value
take_screenshot | Take a screenshot of the page or an element | selector; full_page
evaluate_script | Run JavaScript in the page | script
get_console_messages | Get messages of the browser console | level
list_network_requests | List network requests of the page | type
wait_for_selector | Wait until an element appears | selector; timeout
print_page_pdf | Save the page as PDF | path; format
select_option | Choose an option of a drop-down list | selector; value
emulate_device | Emulate a phone or tablet | device
performance_trace | Record a performance trace of loading the page | url
handle_dialog | Accept or dismiss an alert or confirm box | accept`,
  web_search: `
web_search | Search the web | query; count; freshness
news_search | Search news articles | query; since
image_search | Search images on the web | query; size
fetch_url | Fetch a URL and return its content as Markdown | url; max_length
summarize_url | Summarise the content of a web page | url; sentences
local_search | Search for local businesses and places | query; near
scholar_search | Search academic papers and citations | query; year
get_page_links | Extract all links of a web page | url
crawl_site | Crawl a site and collect its pages | url; depth; limit
check_broken_links | Find links of a site that lead nowhere | url
get_wikipedia_article | Get an encyclopedia article from Wikipedia | title; language`,
  maps: `
geocode | Convert an address into coordinates | address
reverse_geocode | Convert coordinates into an address | lat; lng
search_places | Search for places near a location | query; location; radius
place_details | Get opening hours, phone and reviews of a place | place_id
directions | Get directions between two places by car, foot, bicycle or transit | origin; destination; mode
distance_matrix | Compute travel time and distance for many origins and destinations | origins; destinations
elevation | Get the height above sea level of locations | locations
get_time_zone | Get the time zone of a location | lat; lng
static_map | Render a map image | center; zoom; markers
traffic_conditions | Get current traffic on a route | origin; destination
snap_to_roads | Match GPS points to roads | path`,
  weather: `
current_weather | Get the present weather of a place | location; units
forecast | Get the weather forecast for coming days | location; days
weather_alerts | Get storm and severe weather warnings of a region | region
historical_weather | Get past weather of a date | location; date
air_quality | Get the air quality index and pollutants | location
sun_times | Get sunrise and sunset | location; date
rain_radar | Get a radar picture of precipitation | location; zoom
tide_times | Get high and low tide of a coast | station
pollen_count | Get pollen levels | location
uv_index | Get ultraviolet radiation | location; date`,
  travel: `
search_flights | Search flights between two airports | origin; destination; depart; return_date; passengers
book_flight | Book a flight offer | offer_id; passengers; payment
search_hotels | Search hotels in a city | city; check_in; check_out; guests
book_hotel | Book a hotel room | hotel_id; room; guests
cancel_booking | Cancel a flight or hotel booking | booking_id
get_flight_status | Get delay, gate and terminal of a flight | flight_number; date
check_in_online | Check in for a flight and get the boarding pass | booking_id; seat
search_trains | Search train connections | from; to; time
rent_car | Reserve a rental car | location; pick_up; drop_off; class
get_visa_requirements | Get visa rules between countries | nationality; destination
convert_currency | Convert an amount between currencies at today's rate | amount; from; to`,
  spotify: `
search_tracks | Search songs, albums and artists | query; type
play_track | Start playback of a song, album or playlist | uri; device
pause_playback | Pause the music | device
skip_to_next | Skip to the next song | device
create_playlist | Create a playlist | name; public
add_to_playlist | Add songs to a playlist | playlist_id; uris
get_recommendations | Recommend songs like given ones | seeds; limit
set_volume | Set the playback volume | percent
get_currently_playing | Get which song is playing now | market
get_top_artists | Get the most listened artists of the user | range`,
  youtube: `
search_videos | Search videos on YouTube | query; duration; order
get_video_transcript | Get the subtitles of a video as text | video_id; lang
get_video_details | Get title, views and description of a video | video_id
list_channel_videos | List the videos of a channel | channel_id
get_video_comments | Get comments under a video | video_id; sort
upload_video | Upload a video to a channel | file; title; privacy
add_video_to_playlist | Add a video to a playlist | playlist_id; video_id
get_channel_statistics | Get subscribers and views of a channel | channel_id
set_thumbnail | Set the thumbnail picture of a video | video_id; image
update_captions | Upload caption tracks of a video | video_id; captions`,
  home_assistant: `
turn_on | Turn on a light, switch or other device | entity_id; brightness
turn_off | Turn off a device | entity_id
set_temperature | Set the target temperature of a thermostat | entity_id; temperature
get_state | Get the state of a device or sensor | entity_id
list_devices | List smart home devices by room | area
lock_door | Lock or unlock a door | entity_id; locked
open_cover | Open or close blinds and garage doors | entity_id; position
run_scene | Activate a scene such as movie night | scene
create_home_automation | Create an automation of trigger, condition and action | trigger; action
get_history | Get the past states of a sensor | entity_id; start
camera_snapshot | Take a picture with a camera | entity_id
start_vacuum | Start the robot vacuum cleaner | entity_id; rooms`,
  image_tools: `
generate_image | Generate a picture from a text description | prompt; size; style
edit_image | Change part of a picture by instruction | image; mask; prompt
remove_background | Remove the background of a photo | image
resize_image | Resize or crop a picture | image; width; height
convert_image | Convert a picture to another file format | image; format
ocr_image | Recognise text in a picture or scan | image; language
describe_image | Describe what a picture shows | image
detect_faces | Find faces in a photo | image
compress_image | Make the file of a picture smaller | image; quality
upscale_image | Enlarge a picture with more detail | image; factor
add_watermark | Put a watermark on a picture | image; text; position`,
  pdf_tools: `
extract_pdf_text | Extract the text of a PDF by page | file; pages
merge_pdfs | Join several PDF files into one | files; output
split_pdf | Split a PDF into several files by pages | file; ranges
fill_pdf_form | Fill the fields of a PDF form | file; fields
extract_pdf_tables | Extract tables of a PDF as CSV | file; pages
html_to_pdf | Turn HTML into PDF | html; output
encrypt_pdf | Protect a PDF with a password | file; password
rotate_pdf_pages | Rotate pages of a PDF | file; pages; angle
pdf_to_images | Render the pages of a PDF as pictures | file; dpi
redact_pdf | Black out words in a PDF for good | file; terms
sign_pdf | Put a digital signature on a PDF | file; certificate`,
  audio: `
transcribe_audio | Turn speech of a recording into text | file; language; diarize
text_to_speech | Read a text aloud with a synthetic voice | text; voice; format
translate_audio | Translate speech of a recording into English text | file
separate_stems | Separate vocals and instruments of a song | file
trim_audio | Cut a piece out of a recording | file; start; end
convert_audio | Convert a recording to another format | file; format
clone_voice | Make a synthetic voice from samples | name; samples
remove_noise | Clean background noise from a recording | file
detect_language_audio | Detect the spoken language | file
generate_music | Compose music from a description | prompt; seconds`,
};
