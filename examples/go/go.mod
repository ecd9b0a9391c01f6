module screw-inspection

go 1.25
