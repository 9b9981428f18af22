document.getElementById("callback").submit();
