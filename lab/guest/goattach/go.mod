module goattach

go 1.19
