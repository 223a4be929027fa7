package api

import "encoding/json"

// MarshalJSON implements json.Marshaler. It writes nil bands as an empty list: the library does not accept
// null.
func (c EqualizerConfig) MarshalJSON() ([]byte, error) {
	type plain EqualizerConfig
	if c.Bands == nil {
		c.Bands = []EQBand{}
	}
	return json.Marshal(plain(c))
}
