//! A host that pauses between creating the editor and showing it.

use crate::alone;
use crate::daw::Track;
use crate::screen::Screen;
use std::time::Duration;

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn an_editor_shown_late_is_drawn() {
    let _alone = alone();
    // The pause is thirty polls of the audio thread's news.
    let mut track = Track::new();
    let parent = track.open_slowly(Screen::shared(), 0, Duration::from_secs(1));
    track.close();
    drop(parent);
}
