// Every page loads this; sound players and the listening room are fetched only where a page has them.
import "htmx.org";
